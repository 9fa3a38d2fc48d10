//! The program: its arguments, and what it does with them.

use anyhow::{Context, Result};
use clap::Parser;
use netio_server::{serve, settings::Settings, shared::Shared, witness};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::net::TcpListener;

/// Serves the NETIO stand-in of Wine from the network stack of the namespace that it is started in.
///
/// Runs until it is killed, and prints nothing unless something is wrong.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Where netio.sys finds it
    #[arg(long, value_name = "ADDRESS:PORT", default_value_t = default_listen())]
    listen: SocketAddr,
    /// Where tests ask what Linux sees
    #[arg(long, value_name = "ADDRESS:PORT", default_value_t = ::witness::DEFAULT_ADDRESS)]
    witness: SocketAddr,
    /// Written once both ports answer: a JSON object with the two addresses
    #[arg(long, value_name = "PATH")]
    ready_file: Option<PathBuf>,
    #[command(flatten)]
    settings: Settings,
}

fn default_listen() -> SocketAddr {
    SocketAddr::new(::witness::DEFAULT_ADDRESS.ip(), netio_wire::DEFAULT_PORT)
}

/// Serves until it is killed.
#[tokio::main]
pub async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let calls = bind(arguments.listen).await?;
    let questions = bind(arguments.witness).await?;
    if let Some(path) = &arguments.ready_file {
        let ready = serde_json::json!({ "listen": calls.local_addr()?, "witness": questions.local_addr()? });
        publish(path, &ready.to_string()).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let shared = Arc::new(Shared::new(arguments.settings));
    tokio::try_join!(serve::run(calls, Arc::clone(&shared)), witness::run(questions, shared))?;
    Ok(())
}

async fn bind(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
}

/// Writes a file so that its reader never sees half of it.
fn publish(path: &Path, text: &str) -> std::io::Result<()> {
    let partial = path.with_extension("partial");
    std::fs::write(&partial, text)?;
    std::fs::rename(partial, path)
}
