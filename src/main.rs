//! The executable. It only decides between the window and the command line.
fn main() {}
