use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::{net::lookup_host, sync::Semaphore};

use super::{FetchError, is_public};

/// Where the addresses of names come from.
#[derive(Clone, Default)]
pub enum Names {
    /// The resolver of this machine.
    #[default]
    System,
    /// A function, in tests.
    Given(Arc<Table>),
}

/// The most names that are resolved at once. The resolver of the system holds a thread for each, for as long as it likes: the time limit of a
/// request ends its wait, and not that. Threads for blocking work are shared with all that reads files or computes.
static RESOLVING: Semaphore = Semaphore::const_new(16);

/// The addresses of a name.
type Table = dyn Fn(&str) -> Vec<IpAddr> + Send + Sync;

impl Names {
    async fn of(&self, name: &str) -> std::io::Result<Vec<IpAddr>> {
        match self {
            Self::System => {
                let name = name.to_owned();
                // Spawned, so that it keeps its place until the resolver is done, though its request was given up.
                let resolved = tokio::spawn(async move {
                    let _place = RESOLVING.acquire().await;
                    Ok(lookup_host((name, 0)).await?.map(|address| address.ip()).collect())
                });
                resolved.await.map_err(std::io::Error::other)?
            }
            Self::Given(names) => Ok(names(name)),
        }
    }
}

/// The only resolver of a client for public addresses. It is asked once for a connection, which goes to its answer, so
/// nothing can change between judgement and connection.
pub(super) struct Judged {
    pub(super) names: Names,
    pub(super) opens_loopback: bool,
}

impl Resolve for Judged {
    fn resolve(&self, name: Name) -> Resolving {
        let (names, opens_loopback) = (self.names.clone(), self.opens_loopback);
        Box::pin(async move {
            let found = names.of(name.as_str()).await?;
            if found.is_empty() {
                return Err(FetchError::NoAddress.into());
            }
            // One of several is enough: who answers so means this network.
            if !found.iter().all(|address| is_open(*address, opens_loopback)) {
                return Err(FetchError::NotPublic.into());
            }
            let addresses: Addrs =
                Box::new(found.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(addresses)
        })
    }
}

/// Whether an address may be asked.
pub(super) fn is_open(address: IpAddr, opens_loopback: bool) -> bool {
    is_public(address) || (opens_loopback && address.is_loopback())
}
