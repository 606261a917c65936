use std::fmt;

/// An authentication method; its name is a value of the `amr` claim (RFC 8176).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// A password.
    Password,
}

impl Method {
    /// As in the `amr` claim.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Password => "pwd",
        }
    }
}

/// The authentication assurance level, the value of the `acr` claim (NIST SP 800-63B-4 section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acr {
    /// One factor.
    Aal1,
}

impl Acr {
    /// As in the `acr` claim.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aal1 => "aal1",
        }
    }
}

/// The ways in which somebody proved who they are, in the order of use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Methods(Vec<Method>);

impl Methods {
    /// One way alone.
    pub fn of(method: Method) -> Self {
        Self(vec![method])
    }

    /// What they are worth together.
    pub fn acr(&self) -> Acr {
        Acr::Aal1
    }
}

/// Separated by spaces, as the database has them.
impl fmt::Display for Methods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, method) in self.0.iter().enumerate() {
            if n > 0 {
                f.write_str(" ")?;
            }
            f.write_str(method.as_str())?;
        }
        Ok(())
    }
}
