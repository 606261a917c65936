//! The limits of the second step of a sign-in.

use super::{Limit, LimitReservation, attempt::Attempt, take};
use crate::server::{
    App,
    error::Result,
    secure::known_device::KnownDevice,
    service::{ClientInfo, flows::Flow},
};

impl Attempt {
    /// Begins the second step of a sign-in: a code for an account, by the flow of its pending sign-in.
    ///
    /// A known device of the account has limits of its own, which somebody who knows the password cannot use up.
    ///
    /// # Errors
    /// `source_blocked`, `too_many_requests` (429).
    pub async fn second(app: &App, flow: &Flow, client_info: &ClientInfo) -> Result<Self> {
        let user_id = flow.user.as_ref().map(ToString::to_string).unwrap_or_default();
        let owned =
            |device: &KnownDevice| device.user_id == user_id && Some(device.epoch) == flow.epoch;
        let mut attempt = Self {
            source: client_info.source(),
            account: user_id.clone(),
            user_id: Some(user_id.clone()),
            device: client_info.device.clone().filter(owned),
            taken: take(app, &[Limit::FactorFlow(flow.id())]).await?,
            success: LimitReservation::default(),
        };
        let admitted = match attempt.admit_second(app, &user_id).await {
            Ok(()) => take(app, &[Limit::SignedIn(&user_id)]).await,
            Err(refused) => Err(refused),
        };
        match admitted {
            Ok(success) => Ok(Self { success, ..attempt }),
            Err(refused) => {
                attempt.withdraw(app).await;
                Err(refused)
            }
        }
    }

    async fn admit_second(&mut self, app: &App, user_id: &str) -> Result<()> {
        let now_s = app.clock.now_s();
        if let Some(device) = &self.device {
            app.limits.blocks.refuse(self.source, true, now_s)?;
            let of_device = take(app, &[Limit::FactorDevice(user_id, &device.name)]).await?;
            // All devices together are used up by a thief who collected many: then this one counts as a stranger's.
            match take(app, &[Limit::FactorDevicesLong(user_id)]).await {
                Ok(of_all) => {
                    self.taken.add(of_device);
                    self.taken.add(of_all);
                    return Ok(());
                }
                Err(_) => of_device.give_back(app).await,
            }
            self.device = None;
        }
        app.limits.blocks.refuse(self.source, false, now_s)?;
        let limits = [Limit::Factor(user_id), Limit::FactorLong(user_id)];
        self.taken.add(take(app, &limits).await?);
        Ok(())
    }
}
