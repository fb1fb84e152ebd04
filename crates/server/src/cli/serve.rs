//! Serving a county until the process is told to stop.

use super::{Failure, evidence, ledger, opened_with, own_key};
use crate::config::{Settings, unknown_variables};
use crate::files::Files;
use crate::http;
use crate::oidc::{Trusted, Verifier};
use crate::printed::{Unprinted, print};
use crate::served::Served;
use crate::serving::{self, Reach, UnderWay};
use crate::signing::{self, Keyless};
use crate::stating::{self, Unstated};
use crate::tls::{self, Tls};
use crate::webhook::{self, Patience};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::time::sleep;
use tokio_util::task::AbortOnDropHandle;
use tracing_subscriber::EnvFilter;
use xiaohao_ledger::Told;

pub(super) async fn serve(settings: Settings) -> Result<(), Failure> {
    // A database that is nowhere is complained of first.
    if ledger(&settings).is_ok() && evidence(&settings)?.is_none() {
        return Err(Failure::NoEvidence);
    }
    let port = Port::taken(&settings).await?;
    let key = own_key(&settings);
    let signs = key.is_some();
    let served = opened_with(&settings, key).await?;
    let lost = if signs {
        None
    } else {
        lost_key(&settings, &served).await
    };
    let calendar = served.calendar_reaches().await;
    let ends_soon = calendar.ok().filter(|reaches| reaches.ends_soon);
    let open = settings.signing_key.as_deref();
    let open = open.and_then(signing::open_to_others);
    listening(&settings, port, served, |scheme, address| {
        if let Some(open) = open {
            tracing::warn!("{open}");
        }
        if let Some(reaches) = &ends_soon {
            tracing::warn!(
                days = reaches.days,
                "the calendar of working days ends soon, or has ended; put the next year's days into calendar.json and run init"
            );
        }
        if let Some(lost) = &lost {
            tracing::error!(error = %Told(lost), "the key of the log is not there, and nothing is signed until it is");
        }
        print(&format!(
            "xiaohao 已启动：{scheme}://{address}/（GraphiQL），接口 {scheme}://{address}/graphql\n"
        ))
    })
    .await
}

/// That the key of the log is not where it should be, although something was signed by it.
async fn lost_key(settings: &Settings, served: &Served) -> Option<Keyless> {
    let county = served.office.ledger.county().code;
    let key = signing::own(settings.signing_key.as_deref()?, &served.store, county);
    let lost = key.await.err();
    lost.filter(|lost| !matches!(lost, Keyless::Missing { .. }))
}

/// Lets in whoever the county's identity provider vouches for. Its keys are asked for at once, and are not waited for: where it
/// is away those who have passwords go on.
fn believe(trusted: &Trusted, served: &Served) -> Result<(), Failure> {
    let (ledger, clock) = (&served.office.ledger, &served.office.clock);
    let verifier = Verifier::new(trusted.clone(), ledger.clone(), Arc::clone(clock));
    served
        .gate
        .believe(verifier.map_err(tls::Unusable::Protocol)?);
    let gate = served.gate.clone();
    tokio::spawn(async move { gate.warm_up().await });
    Ok(())
}

/// Where one is to serve, and what TLS is spoken with there, if it is.
pub(super) struct Port {
    listener: TcpListener,
    tls: Option<Tls>,
}

impl Port {
    /// Takes it. It is taken first: whoever cannot have it, or has a certificate that is good for nothing, has nothing made or
    /// opened for nothing.
    pub(super) async fn taken(settings: &Settings) -> Result<Self, Failure> {
        let tls = settings.tls.as_ref().map(Tls::of).transpose()?;
        let address = settings.listen;
        let bound = TcpListener::bind(address).await;
        let listener = bound.map_err(|source| Failure::Listen { address, source })?;
        Ok(Self { listener, tls })
    }
}

/// What was left: uploads that nobody went on with, and files that were not noted when the program was killed.
fn see_to_what_was_left(files: Files) {
    clear_away(&files);
    let coming = files.clone();
    tokio::spawn(async move {
        loop {
            sleep(Duration::from_hours(24)).await;
            clear_away(&coming);
        }
    });
    // Nobody waits for it: of many files it takes its time.
    tokio::spawn(async move {
        match files.note_what_is_here().await {
            Ok(0) => {}
            Ok(noted) => tracing::info!(
                noted,
                "files of evidence that are here are noted as received; the program was killed before that, or they were restored later than the database"
            ),
            Err(fault) => {
                tracing::warn!(error = %Told(&fault), "it cannot be looked at which files of evidence are here");
            }
        }
    });
}

/// Clears away uploads that nobody went on with.
fn clear_away(files: &Files) {
    match files.sweep() {
        Ok(0) => {}
        Ok(swept) => tracing::info!(swept, "uploads that nobody went on with are cleared away"),
        Err(error) => {
            tracing::warn!(%error, "uploads that nobody went on with cannot be cleared away");
        }
    }
}

/// Serves until the process is told to stop. Where, is said once it is so.
pub(super) async fn listening(
    settings: &Settings,
    Port { listener, tls }: Port,
    served: Served,
    say: impl FnOnce(&str, SocketAddr) -> Result<(), Unprinted>,
) -> Result<(), Failure> {
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(EnvFilter::new(&settings.log))
        .with_writer(std::io::stderr)
        // Where nobody takes the log any more, there is nobody to tell that to either; people are served all the same.
        .log_internal_errors(false)
        .init();
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    for variable in unknown_variables(names) {
        tracing::warn!(%variable, "the environment says this, and there is no such key of the configuration");
    }
    see_to_what_was_left(served.files.clone());
    // What stands in the way of acts or of files is in the log before anybody asks.
    drop(served.readiness.check().await);
    if let Some(open) = served.files.open_to_others() {
        tracing::warn!("{open}");
    }
    if let Ok((_, Some(ahead))) = served.last_line().await {
        tracing::warn!(
            seconds = ahead.num_seconds(),
            "the last line of the ledger lies in the future as the server starts; set the clock right, or find out when it was wrong"
        );
    }
    let under_way = UnderWay::default();
    let told = serving::told_to_stop();
    if let Some(trusted) = &settings.oidc {
        believe(trusted, &served)?;
    }
    let webhooks = &settings.webhooks;
    webhook::deliver(webhooks, &served, Patience::default(), &under_way).await?;
    let stated = settings.stated().map_err(Unstated::Unfit)?;
    let _stating = stating::state_in_time(&served.office.ledger, stated).await;
    let bound = listener.local_addr();
    let address = bound.map_err(|source| Failure::Serve { source })?;
    let said = say(if tls.is_some() { "https" } else { "http" }, address);
    if let Err(unprinted) = said {
        tracing::warn!(error = %Told(&unprinted), %address, "where one is served");
    }
    let app = http::app(served, settings.requests.clone(), under_way.clone());
    let grace = settings.grace;
    let (tls, app, _renewal) = if let Some(tls) = tls {
        let (acceptor, renewal) = tls.in_use();
        let renewal = AbortOnDropHandle::new(tokio::spawn(renewal));
        (Some(acceptor), tls::strictly(app), Some(renewal))
    } else {
        if !address.ip().is_loopback() {
            tracing::warn!(
                %address,
                "passwords and tokens travel in the clear to this address, unless a proxy alone reaches it and speaks TLS; say \
                 tls.certificate and tls.key to speak it here"
            );
        }
        (None, app, None)
    };
    let reach = Reach {
        listener,
        tls,
        bounds: settings.connections,
        proxies: settings.requests.proxies.clone(),
    };
    serving::until_told_to_stop(reach, app, under_way, told, grace).await;
    Ok(())
}
