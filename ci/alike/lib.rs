//! Nothing: what it depends on is what it is for (see its `Cargo.toml`). The program must not depend on it.
