//! Stands between `netio.sys` and its server, to cut them off from each other.

use anyhow::Result;
use std::{
    io,
    net::{Ipv4Addr, Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

/// A way to the server that can be cut.
pub struct Proxy {
    pub port: u16,
    open: Arc<AtomicBool>,
    streams: Arc<Mutex<Vec<TcpStream>>>,
}

impl Proxy {
    pub fn start() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let (open, streams) = (Arc::new(AtomicBool::new(true)), Arc::new(Mutex::new(Vec::new())));
        let proxy = Self { port, open: Arc::clone(&open), streams: Arc::clone(&streams) };
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if open.load(Ordering::SeqCst) {
                    // What cannot be passed on ends here, which the client notices.
                    let _ = connect(client, &streams);
                }
            }
        });
        Ok(proxy)
    }

    /// Ends all connections, and lets no new one through.
    pub fn cut(&self) {
        self.open.store(false, Ordering::SeqCst);
        for stream in self.streams.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            // Most have ended long ago.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    pub fn mend(&self) {
        self.open.store(true, Ordering::SeqCst);
    }
}

fn connect(client: TcpStream, streams: &Mutex<Vec<TcpStream>>) -> io::Result<()> {
    let server = TcpStream::connect((Ipv4Addr::LOCALHOST, netio_wire::DEFAULT_PORT))?;
    for stream in [&client, &server] {
        stream.set_nodelay(true)?;
        streams.lock().unwrap_or_else(PoisonError::into_inner).push(stream.try_clone()?);
    }
    pump(client.try_clone()?, server.try_clone()?);
    pump(server, client);
    Ok(())
}

fn pump(mut from: TcpStream, mut to: TcpStream) {
    thread::spawn(move || {
        // However the one direction ends, the other side learns of it.
        let _ = io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
}
