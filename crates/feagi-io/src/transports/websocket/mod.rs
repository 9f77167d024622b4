//! WebSocket: one binary message a frame.
