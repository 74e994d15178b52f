//! What is in a picture: pixels, faces, and what its file says beside them. The reader of pictures asks here; nothing here knows the
//! evidence.

mod bmp;
pub(super) mod codes;
pub(super) mod faces;
mod iptc;
pub(super) mod pixels;
mod segments;
mod serial;
pub(super) mod shape;
pub(super) mod words;
mod xmp;
