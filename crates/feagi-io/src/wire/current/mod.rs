//! The protocol of the published clients of 2026: JSON inside FBC version 4 (`agents.md` section 3).
