//! One macro: a name in a registry declares the file of that name and puts its item into the table.
//! A new thing is one new file and one name here. It must not do anything else.

/// Declares the modules named and a table of references to their item.
#[macro_export]
macro_rules! registry {
    ($(#[$doc:meta])* $vis:vis $table:ident: $kind:ty = $item:ident; $($name:ident),+ $(,)?) => {
        $(mod $name;)+
        $(#[$doc])*
        $vis static $table: &[&$kind] = &[$(&$name::$item),+];
    };
}
