//! `usertwin record`: a reverse proxy in front of a real service that writes what passes as an HTTP Archive, in which
//! tokens, passwords, names, e-mail addresses and phone numbers have stand-ins (docs/spec/control.md §9). Nothing leaves
//! this process unmasked but to the service and to the client.

mod archive;
pub mod exchange;
mod format;
mod mask;
mod place;
mod proxy;
mod room;
mod spelling;
mod stand_in;
mod survivor;
mod tee;
mod values;

pub use archive::Archive;
pub use proxy::{Event, Proxy};
pub use room::Room;

use std::time::{Duration, Instant};
use tokio::sync::mpsc::UnboundedReceiver;

/// chosen: how often the file is written at most; a writing that takes long is repeated more seldom.
const PAUSE: Duration = Duration::from_millis(500);

/// How a recording goes.
#[derive(Debug, Default, Clone, Copy)]
pub struct Progress {
    /// Exchanges in the file.
    pub exchanges: usize,
    /// Values with stand-ins.
    pub hidden: usize,
    /// Requests that were refused.
    pub refused: usize,
    /// Exchanges that are not in the file.
    pub left_out: usize,
}

/// Takes what the proxy hands over until it is gone, and writes the file now and then.
///
/// # Errors
/// A sentence when the file must not be written, or cannot be.
pub async fn keep(
    mut archive: Archive,
    mut events: UnboundedReceiver<Event>,
    mut show: impl FnMut(Progress, Option<&str>),
) -> Result<Progress, String> {
    let mut progress = Progress { exchanges: archive.count(), ..Progress::default() };
    let mut pause = PAUSE;
    let mut next = Instant::now();
    loop {
        let event = match tokio::time::timeout_at((next + pause).into(), events.recv()).await {
            Ok(Some(event)) => Some(event),
            Ok(None) => break,
            Err(_) => None,
        };
        match event {
            Some(Event::Exchange(exchange)) => archive.add(*exchange),
            Some(Event::Refused) => progress.refused += 1,
            Some(Event::LeftOut(sentence)) => {
                progress.left_out += 1;
                show(progress, Some(&sentence));
            }
            None => {
                let start = Instant::now();
                archive = written(archive).await?;
                pause = PAUSE.max(start.elapsed() * 5);
                next = Instant::now();
                (progress.exchanges, progress.hidden) = (archive.count(), archive.hidden());
                show(progress, None);
            }
        }
    }
    archive = written(archive).await?;
    (progress.exchanges, progress.hidden) = (archive.count(), archive.hidden());
    show(progress, None);
    Ok(progress)
}

/// Masking and writing take long, and so does searching for what survived.
async fn written(mut archive: Archive) -> Result<Archive, String> {
    let writing = tokio::task::spawn_blocking(move || archive.write().map(|()| archive));
    writing.await.map_err(|error| error.to_string())?
}
