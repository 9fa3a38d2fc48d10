//! A TCP connection to the server, by way of Winsock.

use crate::line::Line;
use core::{
    mem,
    ptr::null_mut,
    sync::atomic::{AtomicBool, AtomicU32, Ordering},
};
use windows_sys::{
    Win32::{
        Networking::WinSock::{
            AF_INET, INVALID_SOCKET, IPPROTO_TCP, SD_BOTH, SEND_RECV_FLAGS, SO_RCVTIMEO, SOCK_STREAM, SOCKADDR_IN,
            SOCKET, SOL_SOCKET, WSADATA, WSAECONNRESET, WSAEMSGSIZE, WSAGetLastError, WSAStartup, closesocket, connect,
            recv, send, setsockopt, shutdown, socket,
        },
        System::Registry::{HKEY_LOCAL_MACHINE, RRF_RT_REG_DWORD, RegGetValueW},
    },
    w,
};

const LOCALHOST: [u8; 4] = [127, 0, 0, 1];
const WINSOCK_VERSION: u16 = 0x0202;
/// Longer than the longest call, `ResolveIpNetEntry2`, can take in the server.
const RECEIVE_TIMEOUT_MS: u32 = 40_000;

/// A code of Winsock or of the system.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Error(pub i32);

impl Error {
    /// A message that has no room.
    pub const TOO_LONG: Self = Self(WSAEMSGSIZE);
    /// The server has ended.
    pub const GONE: Self = Self(WSAECONNRESET);

    fn last() -> Self {
        // SAFETY: Reads a value of the calling thread.
        Self(unsafe { WSAGetLastError() })
    }
}

/// A connection.
pub struct Socket(SOCKET);

impl Drop for Socket {
    fn drop(&mut self) {
        // SAFETY: The handle is open and belongs to this value alone.
        unsafe { closesocket(self.0) };
    }
}

impl Socket {
    pub fn connect() -> Result<Self, Error> {
        start()?;
        // SAFETY: Takes numbers only.
        let handle = unsafe { socket(i32::from(AF_INET), SOCK_STREAM, IPPROTO_TCP) };
        if handle == INVALID_SOCKET {
            return Err(Error::last());
        }
        let this = Self(handle);
        this.limit_waiting(RECEIVE_TIMEOUT_MS)?;
        let address = address();
        // SAFETY: The address is valid for the length given with it.
        let result = unsafe { connect(this.0, (&raw const address).cast(), size::<SOCKADDR_IN>()) };
        if result == 0 { Ok(this) } else { Err(Error::last()) }
    }

    /// Waits without limit from now on.
    pub fn wait_for_ever(&self) -> Result<(), Error> {
        self.limit_waiting(0)
    }

    /// Ends the connection: a thread that waits for it wakes up. The handle stays open.
    pub fn end(&self) {
        // SAFETY: Takes numbers only; the handle is open. Of a connection that has ended already, it is refused.
        unsafe { shutdown(self.0, SD_BOTH) };
    }

    fn limit_waiting(&self, milliseconds: u32) -> Result<(), Error> {
        let limit = milliseconds.to_ne_bytes();
        // SAFETY: The value is valid for the length given with it.
        let result = unsafe { setsockopt(self.0, SOL_SOCKET, SO_RCVTIMEO, limit.as_ptr(), size::<u32>()) };
        if result == 0 { Ok(()) } else { Err(Error::last()) }
    }
}

impl Line for Socket {
    fn send(&self, bytes: &[u8]) -> Result<usize, Error> {
        let length = i32::try_from(bytes.len()).unwrap_or(i32::MAX);
        // SAFETY: The buffer is valid for at least `length` bytes.
        let sent = unsafe { send(self.0, bytes.as_ptr(), length, SEND_RECV_FLAGS::default()) };
        usize::try_from(sent).map_err(|_| Error::last())
    }

    fn receive(&self, bytes: &mut [u8]) -> Result<usize, Error> {
        let length = i32::try_from(bytes.len()).unwrap_or(i32::MAX);
        // SAFETY: The buffer is valid for writes of at least `length` bytes.
        let received = unsafe { recv(self.0, bytes.as_mut_ptr(), length, SEND_RECV_FLAGS::default()) };
        usize::try_from(received).map_err(|_| Error::last())
    }
}

/// Starts Winsock once. Two threads may both start it, which only raises its count of users.
fn start() -> Result<(), Error> {
    static STARTED: AtomicBool = AtomicBool::new(false);
    if STARTED.load(Ordering::Acquire) {
        return Ok(());
    }
    let mut data = mem::MaybeUninit::<WSADATA>::uninit();
    // SAFETY: The structure is written, not read.
    let code = unsafe { WSAStartup(WINSOCK_VERSION, data.as_mut_ptr()) };
    if code != 0 {
        return Err(Error(code));
    }
    STARTED.store(true, Ordering::Release);
    Ok(())
}

fn address() -> SOCKADDR_IN {
    let mut address = SOCKADDR_IN { sin_family: AF_INET, sin_port: port().to_be(), ..Default::default() };
    address.sin_addr.S_un.S_addr = u32::from_ne_bytes(LOCALHOST);
    address
}

/// The port of the server: from the registry, or the usual one.
pub fn port() -> u16 {
    static PORT: AtomicU32 = AtomicU32::new(0);
    let known = PORT.load(Ordering::Relaxed);
    let port = if known == 0 { configured_port() } else { known };
    PORT.store(port, Ordering::Relaxed);
    u16::try_from(port).unwrap_or(netio_wire::DEFAULT_PORT)
}

/// The size of a type as Winsock and the registry take it.
#[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "these types have a few bytes")]
const fn size<T>() -> i32 {
    size_of::<T>() as i32
}

fn configured_port() -> u32 {
    let key = w!("SYSTEM\\CurrentControlSet\\Services\\netio\\Parameters");
    let (mut value, mut length) = (0_u32, size::<u32>().cast_unsigned());
    let (target, size) = (&raw mut value, &raw mut length);
    // SAFETY: Both names end with a zero; the value is valid for writes of the length given with it.
    let code =
        unsafe { RegGetValueW(HKEY_LOCAL_MACHINE, key, w!("Port"), RRF_RT_REG_DWORD, null_mut(), target.cast(), size) };
    if code == 0 && value != 0 { value } else { u32::from(netio_wire::DEFAULT_PORT) }
}
