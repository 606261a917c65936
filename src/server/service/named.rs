//! Enums whose members have names.

/// Declares an enum once, with a name for each member. The names stay for ever: they are in the database and in exports.
macro_rules! named {
    ($(#[$about:meta])+ enum $type:ident { $($(#[$doc:meta])+ $member:ident = $name:literal;)* }) => {
        $(#[$about])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $type { $($(#[$doc])+ $member,)* }

        impl $type {
            /// Every member.
            pub const ALL: &[Self] = &[$(Self::$member,)*];

            /// The name, which stays for ever.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$member => $name,)* }
            }
        }
    };
}

pub(in crate::server::service) use named;
