use std::fmt;

/// An authentication method; its name is a value of the `amr` claim (RFC 8176).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// A password.
    Password,
    /// A one-time code of an authenticator app, or of a mail.
    Otp,
    /// A key that stays on its hardware.
    HardwareKey,
    /// A key that may be on several devices.
    SoftwareKey,
    /// The authenticator has verified who was there.
    Verified,
    /// More than one factor.
    Mfa,
}

impl Method {
    /// Every method.
    const ALL: [Self; 6] = [
        Self::Password,
        Self::Otp,
        Self::HardwareKey,
        Self::SoftwareKey,
        Self::Verified,
        Self::Mfa,
    ];

    /// Its value of the `amr` claim.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Password => "pwd",
            Self::Otp => "otp",
            Self::HardwareKey => "hwk",
            Self::SoftwareKey => "swk",
            Self::Verified => "user",
            Self::Mfa => "mfa",
        }
    }
}

/// The authentication assurance level, the value of the `acr` claim (NIST SP 800-63B-4 section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acr {
    /// One factor.
    Aal1,
    /// Two factors.
    Aal2,
}

impl Acr {
    /// Its value of the `acr` claim.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aal1 => "aal1",
            Self::Aal2 => "aal2",
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

    /// These methods and a code of an authenticator app, or a recovery code, which has no name in the `amr` claim.
    pub fn and_code(mut self, is_recovery: bool) -> Self {
        if !is_recovery && !self.0.contains(&Method::Otp) {
            self.0.push(Method::Otp);
        }
        self.0.push(Method::Mfa);
        self
    }

    /// A passkey, whose authenticator has verified who was there: two factors in one.
    pub fn by_passkey(syncs: bool) -> Self {
        Self(Vec::new()).and_passkey(syncs)
    }

    /// These methods and a passkey.
    pub fn and_passkey(mut self, syncs: bool) -> Self {
        let key = if syncs { Method::SoftwareKey } else { Method::HardwareKey };
        self.0.extend([key, Method::Verified, Method::Mfa]);
        self
    }

    /// The methods of a token's `amr` claim.
    pub fn of_claim(names: &[String]) -> Self {
        let known = |name: &String| Method::ALL.into_iter().find(|known| known.as_str() == name);
        Self(names.iter().filter_map(known).collect())
    }

    /// Whether this one was used first.
    pub(super) fn begin_with(&self, method: Method) -> bool {
        self.0.first() == Some(&method)
    }

    /// The assurance level of all methods together.
    pub fn acr(&self) -> Acr {
        if self.0.contains(&Method::Mfa) { Acr::Aal2 } else { Acr::Aal1 }
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
