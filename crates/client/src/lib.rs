//! User-mode client of the netioctl driver.
