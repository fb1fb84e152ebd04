//! `xiaohao demo`: the example county, made where there is nothing, gone on with where its making was interrupted, and served.
//!
//! Everybody knows the passwords of the example. So a ledger that is not the example's is left as it is: it is neither brought up
//! to this program nor written to, and not served.

use super::serve::{Port, listening};
use super::{Failure, migrated};
use crate::clock;
use crate::config::Settings;
use crate::database::{Place, key_in};
use crate::durable;
use crate::people;
use crate::printed::print;
use crate::seeds;
use crate::served::{self, Served, Unserved};
use crate::signing::{self, Keyless};
use indicatif::{ProgressBar, ProgressStyle};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use xiaohao_core::county_day;
use xiaohao_store::SqlStore;

/// The password of everybody in the example county.
const PASSWORD: &str = "xiaohao-demo";

/// The name of the log of the example county, by whose key its folder is known; it is not that of the real one.
const LOG: &str = "xiaohao-demo/431123";

/// What there is in the folder is not the example's.
#[derive(Debug, thiserror::Error)]
#[error(
    "{folder} holds what is not the example's, and it is left as it is: everybody knows the passwords of the example; name another \
     folder with --data, or serve what is there with `xiaohao serve --data {folder}`"
)]
pub(super) struct NotTheExample {
    folder: String,
}

impl NotTheExample {
    fn in_folder(folder: &Path) -> Self {
        let folder = folder.display().to_string();
        Self { folder }
    }
}

/// The file of the example's key, and where it lies until everything is there.
struct Key {
    file: PathBuf,
    unfinished: PathBuf,
}

impl Key {
    fn in_folder(folder: &Path) -> Self {
        let file = key_in(folder);
        let unfinished = file.with_added_extension("unfinished");
        Self { file, unfinished }
    }

    /// Sees that whatever lies in the folder is the example's, or that it is about to be: then it has a key before it has
    /// anything else.
    async fn claim(&self, place: &Place, folder: &Path) -> Result<(), Failure> {
        let blank = served::is_blank(&place.ledger).await?;
        let is_finished = self.is_finished();
        let file = if is_finished {
            &self.file
        } else {
            &self.unfinished
        };
        if !blank && !file.exists() {
            return Err(NotTheExample::in_folder(folder).into());
        }
        match signing::made(file, LOG) {
            // Its ledger was taken away, and is made anew.
            Ok(_) if blank && is_finished => Ok(moved(&self.file, &self.unfinished)?),
            Ok(_) => Ok(()),
            Err(Keyless::OtherLog { .. }) => Err(NotTheExample::in_folder(folder).into()),
            Err(unusable) => Err(unusable.into()),
        }
    }

    /// Whether the example was made to its end.
    fn is_finished(&self) -> bool {
        self.file.exists()
    }

    fn finish(&self) -> Result<(), Keyless> {
        moved(&self.unfinished, &self.file)
    }
}

fn moved(key: &Path, to: &Path) -> Result<(), Keyless> {
    durable::take_place(key, to).map_err(|source| Keyless::Disk {
        file: key.to_owned(),
        source,
    })
}

/// Makes the example county with its past, or goes on with one whose making was interrupted.
async fn make(store: &SqlStore, place: &Place) -> Result<(), Failure> {
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
    people::give_all(&served, PASSWORD).await?;
    Ok(())
}

/// Serves the example county, and makes it before where it is not there.
pub(super) async fn demo(mut settings: Settings, folder: PathBuf) -> Result<(), Failure> {
    settings.requests.introspection = settings.introspection_of_example;
    let port = Port::taken(&settings).await?;
    std::fs::create_dir_all(&folder).map_err(|source| Failure::Folder {
        folder: folder.display().to_string(),
        source,
    })?;
    let place = Place::in_folder(&folder);
    let key = Key::in_folder(&folder);
    key.claim(&place, &folder).await?;
    let location = &place.ledger;
    migrated(location).await?;
    let store = served::open(location).await?;
    match served::county_data(&store, location, None).await {
        Ok(data) if data.code != seeds::shuangpai()?.code => {
            return Err(NotTheExample::in_folder(&folder).into());
        }
        Ok(_) if key.is_finished() => {}
        Ok(_) | Err(Unserved::NoCounty { .. }) => make(&store, &place).await?,
        Err(other) => return Err(other.into()),
    }
    if !key.is_finished() {
        key.finish()?;
    }
    // A platform must not be told of hazards that are examples, by a file that was left over.
    let settings = Settings {
        webhooks: Vec::new(),
        ..settings
    };
    let served = Served::open(&place, None, settings.limits, settings.link_days).await?;
    let (last_day, today) = (
        seeds::shuangpai_history()?.last_day(),
        county_day(clock::now()),
    );
    let (by_password, by_key) = people::by_password_and_by_key(&served);
    let folder = folder.display();
    listening(&settings, port, served, |scheme, address| {
        print(&format!(
            "双牌县示例台账已启动：{scheme}://{address}/（GraphiQL），接口 {scheme}://{address}/graphql\n\n\
             可用以下账号登录，密码均为 {PASSWORD}：\n{by_password}\n\
             以下为监管平台的服务账号，不用密码，以凭据登录（signInByKey）；凭据这样发放：\n\
             xiaohao key issue 登录名 --name 名称 --act reportHazard --data {folder}\n{by_key}"
        ))?;
        if let Some(last) = last_day.filter(|last| today < *last) {
            print(&format!(
                "\n注意：这台机器的日期是{today}，早于示例台账的最后一天{last}：当天的统计与示例不一致，部分事项会因日期被拒绝。请先校准时钟。\n"
            ))?;
        }
        if !address.ip().is_loopback() {
            print("\n注意：示例账号的密码是公开的，请不要在这里登记真实隐患。\n")?;
        }
        Ok(())
    })
    .await
}
