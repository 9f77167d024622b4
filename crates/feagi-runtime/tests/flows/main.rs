//! The two flows and what runs between bursts, on a manual clock and without sockets.

mod commands;
mod holding;
mod incoming;
mod mailboxes;
mod outgoing;
mod support;
mod wiring;
