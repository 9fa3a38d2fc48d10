//! Enumerations of `MIB_UNICASTIPADDRESS_ROW`.

/// Values of `NL_PREFIX_ORIGIN`.
pub mod prefix_origin {
    /// `IpPrefixOriginOther`.
    pub const OTHER: i32 = 0;
    /// `IpPrefixOriginManual`.
    pub const MANUAL: i32 = 1;
    /// `IpPrefixOriginWellKnown`.
    pub const WELL_KNOWN: i32 = 2;
    /// `IpPrefixOriginRouterAdvertisement`.
    pub const ROUTER_ADVERTISEMENT: i32 = 4;
}

/// Values of `NL_SUFFIX_ORIGIN`.
pub mod suffix_origin {
    /// `IpSuffixOriginOther`.
    pub const OTHER: i32 = 0;
    /// `IpSuffixOriginManual`.
    pub const MANUAL: i32 = 1;
    /// `IpSuffixOriginWellKnown`.
    pub const WELL_KNOWN: i32 = 2;
    /// `IpSuffixOriginLinkLayerAddress`.
    pub const LINK_LAYER_ADDRESS: i32 = 4;
    /// `IpSuffixOriginRandom`.
    pub const RANDOM: i32 = 5;
}

/// Values of `NL_DAD_STATE`.
pub mod dad_state {
    /// `NldsTentative`.
    pub const TENTATIVE: i32 = 1;
    /// `NldsDuplicate`.
    pub const DUPLICATE: i32 = 2;
    /// `NldsDeprecated`.
    pub const DEPRECATED: i32 = 3;
    /// `NldsPreferred`.
    pub const PREFERRED: i32 = 4;
}
