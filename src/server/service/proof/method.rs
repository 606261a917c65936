use std::fmt;

/// An authentication method; its name is a value of the `amr` claim (RFC 8176).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// A password.
    Password,
}

impl Method {
    /// Its value of the `amr` claim.
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
    /// Its value of the `acr` claim.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aal1 => "aal1",
        }
    }
}

/// The authentication methods of a proof, in the order of use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Methods(Vec<Method>);

impl Methods {
    /// A single method.
    pub fn of(method: Method) -> Self {
        Self(vec![method])
    }

    /// The assurance level of all methods together.
    pub fn acr(&self) -> Acr {
        Acr::Aal1
    }
}

/// The methods separated by spaces, as stored in the database.
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
