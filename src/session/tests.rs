//! How the session answers, without a window or a disk.
