//! Serving a county: the example, made where it is not there, or one that is kept.

use super::{Failure, ledger, migrated, opened_with, own_key, print};
use crate::clock;
use crate::config::{Settings, unknown_variables};
use crate::database::Place;
use crate::http;
use crate::oidc::{Trusted, Verifier};
use crate::people;
use crate::seeds;
use crate::served::{self, Served, Unserved};
use crate::serving::{self, Reach, UnderWay};
use crate::signing;
use crate::stating::{self, Unstated};
use crate::tls::{self, Tls};
use crate::webhook::{self, Patience};
use indicatif::{ProgressBar, ProgressStyle};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::task::AbortOnDropHandle;
use tracing_subscriber::EnvFilter;
use xiaohao_core::county_day;
use xiaohao_store::SqlStore;

/// The password of everybody in the example county.
const DEMO_PASSWORD: &str = "xiaohao-demo";

/// The name of the log of the example county; it is not that of the real one.
const EXAMPLE_LOG: &str = "xiaohao-demo/431123";

/// Makes the example county with its past, or goes on with one whose making was interrupted.
async fn make_example(store: &SqlStore, place: &Place) -> Result<(), Failure> {
    let data = seeds::shuangpai()?;
    // At a terminal it is seen to grow; elsewhere nothing is written.
    let bar = ProgressBar::new(0).with_message("正在建立示例台账");
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}") {
        bar.set_style(style);
    }
    let told = |done: usize, of: usize| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    };
    let history = seeds::shuangpai_history()?;
    history.play(store, &data, &place.evidence, told).await?;
    bar.finish_and_clear();
    // That they have passwords is a line of today, and comes after what was done before.
    let served = Served::of(store.clone(), &data, &place.evidence, Arc::new(clock::now))?;
    people::give_all(&served, DEMO_PASSWORD).await?;
    Ok(())
}

/// The example county, made if it is not there, and served.
pub(super) async fn demo(mut settings: Settings, data: PathBuf) -> Result<(), Failure> {
    settings.requests.introspection = settings.introspection_of_example;
    let port = Port::taken(&settings).await?;
    std::fs::create_dir_all(&data).map_err(|source| Failure::Folder {
        folder: data.display().to_string(),
        source,
    })?;
    let place = Place::in_folder(&data);
    let location = &place.ledger;
    migrated(location).await?;
    let store = served::open(location).await?;
    // The key is made last: where there is none, the making was interrupted.
    let has_key = place.signing_key.as_ref().is_some_and(|key| key.exists());
    match served::county_data(&store, location, None).await {
        Ok(data) if has_key || data.code != seeds::shuangpai()?.code => {}
        Ok(_) | Err(Unserved::NoCounty { .. }) => make_example(&store, &place).await?,
        Err(other) => return Err(other.into()),
    }
    // A platform must not be told of hazards that are examples, by a file that was left over.
    let settings = Settings {
        webhooks: Vec::new(),
        ..settings
    };
    if let Some(key) = &place.signing_key {
        signing::made(key, EXAMPLE_LOG)?;
    }
    let served = Served::open(&place, None, settings.limits, settings.link_days).await?;
    let (last_day, today) = (
        seeds::shuangpai_history()?.last_day(),
        county_day(clock::now()),
    );
    let (by_password, by_key) = people::by_password_and_by_key(&served);
    let folder = data.display().to_string();
    listening(&settings, port, served, |scheme, address| {
        print(&format!(
            "双牌县示例台账已启动：{scheme}://{address}/（GraphiQL），接口 {scheme}://{address}/graphql\n\n\
             可用以下账号登录，密码均为 {DEMO_PASSWORD}：\n{by_password}\n\
             以下为监管平台的服务账号，不用密码，以凭据登录（signInByKey）；凭据这样发放：\n\
             xiaohao key issue 登录名 --name 名称 --act reportHazard --data {folder}\n{by_key}"
        ));
        if let Some(last) = last_day.filter(|last| today < *last) {
            print(&format!(
                "\n注意：这台机器的日期是{today}，早于示例台账的最后一天{last}：当天的统计与示例不一致，部分事项会因日期被拒绝。请先校准时钟。\n"
            ));
        }
        if !address.ip().is_loopback() {
            print("\n注意：示例账号的密码是公开的，请不要在这里登记真实隐患。\n");
        }
    })
    .await
}

pub(super) async fn serve(settings: Settings) -> Result<(), Failure> {
    // A database that is nowhere is complained of first.
    if ledger(&settings).is_ok() && settings.evidence.is_none() {
        return Err(Failure::NoEvidence);
    }
    let port = Port::taken(&settings).await?;
    let served = opened_with(&settings, own_key(&settings)).await?;
    listening(&settings, port, served, |scheme, address| {
        print(&format!(
            "xiaohao 已启动：{scheme}://{address}/（GraphiQL），接口 {scheme}://{address}/graphql\n"
        ));
    })
    .await
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
struct Port {
    listener: TcpListener,
    tls: Option<Tls>,
}

impl Port {
    /// Takes it. It is taken first: whoever cannot have it, or has a certificate that is good for nothing, has nothing made or
    /// opened for nothing.
    async fn taken(settings: &Settings) -> Result<Self, Failure> {
        let tls = settings.tls.as_ref().map(Tls::of).transpose()?;
        let address = settings.listen;
        let bound = TcpListener::bind(address).await;
        let listener = bound.map_err(|source| Failure::Listen { address, source })?;
        Ok(Self { listener, tls })
    }
}

/// Serves until the process is told to stop. Where, is said once it is so.
async fn listening(
    settings: &Settings,
    Port { listener, tls }: Port,
    served: Served,
    say: impl FnOnce(&str, SocketAddr),
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
    say(if tls.is_some() { "https" } else { "http" }, address);
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
