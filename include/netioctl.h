/*
 * The contract between the netioctl driver and user mode, for C and C++.
 *
 * Made from the Rust crate netioctl-abi; do not edit. The control codes are described in docs/ioctl.md.
 *
 * All integers are little-endian; no structure has padding; fields named reserved must be zero in requests. Besides
 * this header a program needs <windows.h> for CreateFile and DeviceIoControl, and <setupapi.h> to find the device.
 */

#ifndef NETIOCTL_H
#define NETIOCTL_H

#include <stdint.h>

/* The device interface, as the initializer of a GUID. */
#define NETIOCTL_INTERFACE_GUID { 0x6f3b2c1e, 0x8d4a, 0x4e57, { 0x9a, 0x70, 0x5b, 0x1d, 0x0c, 0x92, 0xe6, 0xa4 } }

/* Hardware id of the device. */
#define NETIOCTL_HARDWARE_ID L"ROOT\\netioctl"

/* Control codes; docs/ioctl.md says what each takes and gives. */
#define NETIOCTL_IOCTL_GET_VERSION                                 0xA1F76000u
#define NETIOCTL_IOCTL_FLUSH_NEIGHBORS                             0xA1F7A004u
#define NETIOCTL_IOCTL_SET_NEIGHBOR                                0xA1F7A008u
#define NETIOCTL_IOCTL_GET_INTERFACE_TABLE                         0xA1F7600Cu
#define NETIOCTL_IOCTL_GET_NEIGHBOR_TABLE                          0xA1F76010u
#define NETIOCTL_IOCTL_CREATE_NEIGHBOR                             0xA1F7A014u
#define NETIOCTL_IOCTL_REPLACE_NEIGHBOR                            0xA1F7A018u
#define NETIOCTL_IOCTL_DELETE_NEIGHBOR                             0xA1F7A01Cu
#define NETIOCTL_IOCTL_GET_NEIGHBOR                                0xA1F76020u
#define NETIOCTL_IOCTL_GET_INTERFACE                               0xA1F76024u
#define NETIOCTL_IOCTL_SET_INTERFACE                               0xA1F7A028u
#define NETIOCTL_IOCTL_RESOLVE_NEIGHBOR                            0xA1F7A02Cu
#define NETIOCTL_IOCTL_BATCH_NEIGHBORS                             0xA1F7A032u
#define NETIOCTL_IOCTL_GET_STATISTICS                              0xA1F76034u
#define NETIOCTL_IOCTL_RESET_STATISTICS                            0xA1F7A038u
#define NETIOCTL_IOCTL_WATCH_CHANGES                               0xA1F7603Cu
#define NETIOCTL_IOCTL_GET_ADDRESS_TABLE                           0xA1F76040u
#define NETIOCTL_IOCTL_GET_LINK_TABLE                              0xA1F76044u
#define NETIOCTL_IOCTL_GET_ROUTE_TABLE                             0xA1F76048u
#define NETIOCTL_IOCTL_GET_BEST_ROUTE                              0xA1F7604Cu

/* What a driver can do: bits of capabilities. */
#define NETIOCTL_CAPABILITY_FLUSH_NEIGHBORS                        0x0000000000000001ull
#define NETIOCTL_CAPABILITY_SET_NEIGHBOR                           0x0000000000000002ull
#define NETIOCTL_CAPABILITY_GET_INTERFACE_TABLE                    0x0000000000000004ull
#define NETIOCTL_CAPABILITY_GET_NEIGHBOR_TABLE                     0x0000000000000008ull
#define NETIOCTL_CAPABILITY_CREATE_NEIGHBOR                        0x0000000000000010ull
#define NETIOCTL_CAPABILITY_REPLACE_NEIGHBOR                       0x0000000000000020ull
#define NETIOCTL_CAPABILITY_DELETE_NEIGHBOR                        0x0000000000000040ull
#define NETIOCTL_CAPABILITY_GET_NEIGHBOR                           0x0000000000000080ull
#define NETIOCTL_CAPABILITY_GET_INTERFACE                          0x0000000000000100ull
#define NETIOCTL_CAPABILITY_SET_INTERFACE                          0x0000000000000200ull
#define NETIOCTL_CAPABILITY_RESOLVE_NEIGHBOR                       0x0000000000000400ull
#define NETIOCTL_CAPABILITY_BATCH_NEIGHBORS                        0x0000000000000800ull
#define NETIOCTL_CAPABILITY_STATISTICS                             0x0000000000001000ull
#define NETIOCTL_CAPABILITY_WATCH_CHANGES                          0x0000000000002000ull
#define NETIOCTL_CAPABILITY_GET_ADDRESS_TABLE                      0x0000000000004000ull
#define NETIOCTL_CAPABILITY_GET_LINK_TABLE                         0x0000000000008000ull
#define NETIOCTL_CAPABILITY_GET_ROUTE_TABLE                        0x0000000000010000ull
#define NETIOCTL_CAPABILITY_GET_BEST_ROUTE                         0x0000000000020000ull

/* Bits of flags of a neighbor. */
#define NETIOCTL_NEIGHBOR_ROUTER                                   0x0001u
#define NETIOCTL_NEIGHBOR_UNREACHABLE                              0x0002u

/* Bits of flags of a link. */
#define NETIOCTL_LINK_HARDWARE_INTERFACE                           0x00000001u
#define NETIOCTL_LINK_FILTER_INTERFACE                             0x00000002u
#define NETIOCTL_LINK_CONNECTOR_PRESENT                            0x00000004u
#define NETIOCTL_LINK_NOT_AUTHENTICATED                            0x00000008u
#define NETIOCTL_LINK_NOT_MEDIA_CONNECTED                          0x00000010u
#define NETIOCTL_LINK_PAUSED                                       0x00000020u
#define NETIOCTL_LINK_LOW_POWER                                    0x00000040u
#define NETIOCTL_LINK_END_POINT_INTERFACE                          0x00000080u

/* The members of an interface that can be set: bits of members. */
#define NETIOCTL_MEMBER_ADVERTISING_ENABLED                        0x0000000000000001ull
#define NETIOCTL_MEMBER_FORWARDING_ENABLED                         0x0000000000000002ull
#define NETIOCTL_MEMBER_WEAK_HOST_SEND                             0x0000000000000004ull
#define NETIOCTL_MEMBER_WEAK_HOST_RECEIVE                          0x0000000000000008ull
#define NETIOCTL_MEMBER_USE_AUTOMATIC_METRIC                       0x0000000000000010ull
#define NETIOCTL_MEMBER_USE_NEIGHBOR_UNREACHABILITY_DETECTION      0x0000000000000020ull
#define NETIOCTL_MEMBER_MANAGED_ADDRESS_CONFIGURATION_SUPPORTED    0x0000000000000040ull
#define NETIOCTL_MEMBER_OTHER_STATEFUL_CONFIGURATION_SUPPORTED     0x0000000000000080ull
#define NETIOCTL_MEMBER_ADVERTISE_DEFAULT_ROUTE                    0x0000000000000100ull
#define NETIOCTL_MEMBER_DISABLE_DEFAULT_ROUTES                     0x0000000000000200ull
#define NETIOCTL_MEMBER_NL_MTU                                     0x0000000000000400ull
#define NETIOCTL_MEMBER_METRIC                                     0x0000000000000800ull
#define NETIOCTL_MEMBER_ROUTER_DISCOVERY_BEHAVIOR                  0x0000000000001000ull
#define NETIOCTL_MEMBER_DAD_TRANSMITS                              0x0000000000002000ull
#define NETIOCTL_MEMBER_BASE_REACHABLE_TIME                        0x0000000000004000ull
#define NETIOCTL_MEMBER_RETRANSMIT_TIME                            0x0000000000008000ull
#define NETIOCTL_MEMBER_PATH_MTU_DISCOVERY_TIMEOUT                 0x0000000000010000ull
#define NETIOCTL_MEMBER_LINK_LOCAL_ADDRESS_BEHAVIOR                0x0000000000020000ull
#define NETIOCTL_MEMBER_LINK_LOCAL_ADDRESS_TIMEOUT                 0x0000000000040000ull
#define NETIOCTL_MEMBER_SITE_PREFIX_LENGTH                         0x0000000000080000ull
#define NETIOCTL_MEMBER_ZONE_INDICES                               0x0000000000100000ull

/* Bits of transmit_offload and receive_offload. */
#define NETIOCTL_OFFLOAD_NL_CHECKSUM                               0x01u
#define NETIOCTL_OFFLOAD_NL_OPTIONS                                0x02u
#define NETIOCTL_OFFLOAD_TL_DATAGRAM_CHECKSUM                      0x04u
#define NETIOCTL_OFFLOAD_TL_STREAM_CHECKSUM                        0x08u
#define NETIOCTL_OFFLOAD_TL_STREAM_OPTIONS                         0x10u
#define NETIOCTL_OFFLOAD_FAST_PATH                                 0x20u
#define NETIOCTL_OFFLOAD_LARGE_SEND                                0x40u
#define NETIOCTL_OFFLOAD_GIANT_SEND                                0x80u

/* What is watched: bits of sources. */
#define NETIOCTL_WATCH_INTERFACES                                  0x00000001u
#define NETIOCTL_WATCH_ADDRESSES                                   0x00000002u

/* How it is watched: bits of flags. */
#define NETIOCTL_WATCH_FLAG_INITIAL                                0x0001u


/* Statuses that requests end with, and what GetLastError gives for them. */
#define NETIOCTL_STATUS_SUCCESS                                    0x00000000u /* ERROR_SUCCESS (0) */
#define NETIOCTL_STATUS_BUFFER_OVERFLOW                            0x80000005u /* ERROR_MORE_DATA (234) */
#define NETIOCTL_STATUS_UNSUCCESSFUL                               0xC0000001u /* ERROR_GEN_FAILURE (31) */
#define NETIOCTL_STATUS_NOT_IMPLEMENTED                            0xC0000002u /* ERROR_INVALID_FUNCTION (1) */
#define NETIOCTL_STATUS_INFO_LENGTH_MISMATCH                       0xC0000004u /* ERROR_BAD_LENGTH (24) */
#define NETIOCTL_STATUS_INVALID_HANDLE                             0xC0000008u /* ERROR_INVALID_HANDLE (6) */
#define NETIOCTL_STATUS_INVALID_PARAMETER                          0xC000000Du /* ERROR_INVALID_PARAMETER (87) */
#define NETIOCTL_STATUS_INVALID_DEVICE_REQUEST                     0xC0000010u /* ERROR_INVALID_FUNCTION (1) */
#define NETIOCTL_STATUS_NO_MEMORY                                  0xC0000017u /* ERROR_NOT_ENOUGH_MEMORY (8) */
#define NETIOCTL_STATUS_ACCESS_DENIED                              0xC0000022u /* ERROR_ACCESS_DENIED (5) */
#define NETIOCTL_STATUS_BUFFER_TOO_SMALL                           0xC0000023u /* ERROR_INSUFFICIENT_BUFFER (122) */
#define NETIOCTL_STATUS_OBJECT_NAME_NOT_FOUND                      0xC0000034u /* ERROR_FILE_NOT_FOUND (2) */
#define NETIOCTL_STATUS_QUOTA_EXCEEDED                             0xC0000044u /* ERROR_NOT_ENOUGH_QUOTA (1816) */
#define NETIOCTL_STATUS_REVISION_MISMATCH                          0xC0000059u /* ERROR_REVISION_MISMATCH (1306) */
#define NETIOCTL_STATUS_INSUFFICIENT_RESOURCES                     0xC000009Au /* ERROR_NO_SYSTEM_RESOURCES (1450) */
#define NETIOCTL_STATUS_DEVICE_NOT_READY                           0xC00000A3u /* ERROR_NOT_READY (21) */
#define NETIOCTL_STATUS_NOT_SUPPORTED                              0xC00000BBu /* ERROR_NOT_SUPPORTED (50) */
#define NETIOCTL_STATUS_BAD_NETWORK_NAME                           0xC00000CCu /* ERROR_BAD_NET_NAME (67) */
#define NETIOCTL_STATUS_CANCELLED                                  0xC0000120u /* ERROR_OPERATION_ABORTED (995) */
#define NETIOCTL_STATUS_INVALID_DEVICE_STATE                       0xC0000184u /* ERROR_BAD_COMMAND (22) */
#define NETIOCTL_STATUS_NOT_FOUND                                  0xC0000225u /* ERROR_NOT_FOUND (1168) */
#define NETIOCTL_STATUS_DUPLICATE_OBJECTID                         0xC000022Au /* ERROR_OBJECT_ALREADY_EXISTS (5010) */
#define NETIOCTL_STATUS_OBJECTID_EXISTS                            0xC000022Bu /* ERROR_OBJECT_ALREADY_EXISTS (5010) */
#define NETIOCTL_STATUS_NETWORK_UNREACHABLE                        0xC000023Cu /* ERROR_NETWORK_UNREACHABLE (1231) */
#define NETIOCTL_STATUS_DEVICE_REMOVED                             0xC00002B6u /* ERROR_DEVICE_REMOVED (1617) */


/*
 Both families (`AF_UNSPEC`).
 */
#define NETIOCTL_AF_UNSPEC 0

/*
 IPv4 (`AF_INET`).
 */
#define NETIOCTL_AF_INET 2

/*
 IPv6 (`AF_INET6` of Windows; Linux uses 10).
 */
#define NETIOCTL_AF_INET6 23

/*
 Major version of this contract: differs when old and new cannot talk to each other.
 */
#define NETIOCTL_ABI_MAJOR 1

/*
 Minor version of this contract: grows when something is added.
 */
#define NETIOCTL_ABI_MINOR 5

/*
 Entries of a batch, at most.
 */
#define NETIOCTL_MAX_BATCH 4096

/*
 Greatest `metric` that can be set (`NL_MAX_METRIC_COMPONENT` of `nldef.h`).
 */
#define NETIOCTL_MAX_METRIC ((1 << 31) - 1)

/*
 Greatest `dad_transmits` that can be set. An address stays tentative for that many times `retransmit_time`
 (RFC 4862, section 5.4, which sets no limit).
 */
#define NETIOCTL_MAX_DAD_TRANSMITS 100

/*
 Greatest `base_reachable_time` that can be set, in milliseconds: an hour (`AdvReachableTime` of RFC 4861,
 section 6.2.1).
 */
#define NETIOCTL_MAX_BASE_REACHABLE_TIME 3600000

/*
 Greatest `retransmit_time` that can be set, in milliseconds: ten times `RETRANS_TIMER` (RFC 4861, section 10, which
 sets no limit). A resolution that nobody answers takes three times as long, and the removal of the driver waits for
 it.
 */
#define NETIOCTL_MAX_RETRANSMIT_TIME 10000

/*
 Greatest `path_mtu_discovery_timeout` that can be set, in milliseconds: a day (RFC 8201, section 5.3, asks for five
 minutes at least and recommends ten).
 */
#define NETIOCTL_MAX_PATH_MTU_DISCOVERY_TIMEOUT 86400000

/*
 Greatest `link_local_address_timeout` that can be set, in milliseconds: an hour.
 */
#define NETIOCTL_MAX_LINK_LOCAL_ADDRESS_TIMEOUT 3600000

/*
 Greatest `site_prefix_length` that can be set.
 */
#define NETIOCTL_MAX_SITE_PREFIX_LENGTH 128

/*
 Greatest zone id: of the 32 bits of a `SCOPE_ID` (`ws2ipdef.h`), the top four are the scope level.
 */
#define NETIOCTL_MAX_ZONE ((1 << 28) - 1)

/*
 Most UTF-16 units of a name (`IF_MAX_STRING_SIZE` of `netioapi.h`).
 */
#define NETIOCTL_MAX_LINK_NAME 256

/*
 Most bytes that a physical address can have (`IF_MAX_PHYS_ADDRESS_LENGTH` of `ifdef.h`).
 */
#define NETIOCTL_MAX_PHYSICAL_ADDRESS 32

/*
 Resolutions that run at the same time, those of all handles counted. One that was cancelled counts until the network
 stack has given up on it.
 */
#define NETIOCTL_MAX_RESOLUTIONS 16

/*
 Resolutions of one handle that run at the same time, counted in the same way.
 */
#define NETIOCTL_MAX_HANDLE_RESOLUTIONS 4

/*
 Different statuses that are counted for each operation by themselves.
 */
#define NETIOCTL_MAX_COUNTED_STATUSES 8

/*
 Events that the driver keeps for each handle until a request takes them.
 */
#define NETIOCTL_MAX_PENDING_EVENTS 64

/*
 Greatest output of a request that waits for changes, in bytes: room for the header and all pending events, also when
 a newer driver says more of each. The I/O manager keeps that much memory for a request while it waits.
 */
#define NETIOCTL_MAX_WATCH_OUTPUT 8192

/*
 Requests of one handle that can wait for changes at the same time.
 */
#define NETIOCTL_MAX_WAITING_REQUESTS 16

/*
 Handles that one logon session can watch with at the same time, if they were opened for reading only.
 */
#define NETIOCTL_MAX_SESSION_WATCHES 32

/*
 Handles that all logon sessions together can watch with at the same time, if they were opened for reading only.
 */
#define NETIOCTL_MAX_READER_WATCHES 96

/*
 Handles with write access that can watch at the same time. Readers do not count: they cannot lock administrators
 out.
 */
#define NETIOCTL_MAX_WRITER_WATCHES 32

/*
 State of a neighbor: `NL_NEIGHBOR_STATE` of `nldef.h`, named after RFC 4861, section 7.3.2.
 */
enum NetioctlNeighborState
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /*
     Resolution failed.
     */
    NETIOCTL_NEIGHBOR_STATE_UNREACHABLE = 0,
    /*
     Resolution is under way.
     */
    NETIOCTL_NEIGHBOR_STATE_INCOMPLETE = 1,
    /*
     The neighbor is being probed again.
     */
    NETIOCTL_NEIGHBOR_STATE_PROBE = 2,
    /*
     Waiting for a sign of life before probing.
     */
    NETIOCTL_NEIGHBOR_STATE_DELAY = 3,
    /*
     Not confirmed for a while.
     */
    NETIOCTL_NEIGHBOR_STATE_STALE = 4,
    /*
     Confirmed within the reachable time.
     */
    NETIOCTL_NEIGHBOR_STATE_REACHABLE = 5,
    /*
     Static or well-known.
     */
    NETIOCTL_NEIGHBOR_STATE_PERMANENT = 6,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum NetioctlNeighborState NetioctlNeighborState;
#else
typedef int32_t NetioctlNeighborState;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 Where the prefix of an address is from: `NL_PREFIX_ORIGIN` of `nldef.h`.
 */
enum NetioctlPrefixOrigin
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /*
     Another source.
     */
    NETIOCTL_PREFIX_ORIGIN_OTHER = 0,
    /*
     Set by hand.
     */
    NETIOCTL_PREFIX_ORIGIN_MANUAL = 1,
    /*
     A prefix that everybody knows, such as that of link-local addresses.
     */
    NETIOCTL_PREFIX_ORIGIN_WELL_KNOWN = 2,
    /*
     DHCP.
     */
    NETIOCTL_PREFIX_ORIGIN_DHCP = 3,
    /*
     A router advertisement.
     */
    NETIOCTL_PREFIX_ORIGIN_ROUTER_ADVERTISEMENT = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum NetioctlPrefixOrigin NetioctlPrefixOrigin;
#else
typedef int32_t NetioctlPrefixOrigin;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 Where the rest of an address is from: `NL_SUFFIX_ORIGIN` of `nldef.h`.
 */
enum NetioctlSuffixOrigin
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /*
     Another source.
     */
    NETIOCTL_SUFFIX_ORIGIN_OTHER = 0,
    /*
     Set by hand.
     */
    NETIOCTL_SUFFIX_ORIGIN_MANUAL = 1,
    /*
     A suffix that everybody knows.
     */
    NETIOCTL_SUFFIX_ORIGIN_WELL_KNOWN = 2,
    /*
     DHCP.
     */
    NETIOCTL_SUFFIX_ORIGIN_DHCP = 3,
    /*
     Made of the physical address.
     */
    NETIOCTL_SUFFIX_ORIGIN_LINK_LAYER_ADDRESS = 4,
    /*
     Random, as RFC 4941 and RFC 7217 have it.
     */
    NETIOCTL_SUFFIX_ORIGIN_RANDOM = 5,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum NetioctlSuffixOrigin NetioctlSuffixOrigin;
#else
typedef int32_t NetioctlSuffixOrigin;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 What duplicate address detection (RFC 4862, RFC 5227) says of an address: `NL_DAD_STATE` of `nldef.h`.
 */
enum NetioctlDadState
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /*
     The address cannot be used: its interface is down, or the address has gone.
     */
    NETIOCTL_DAD_STATE_INVALID = 0,
    /*
     Whether somebody else has it is being found out.
     */
    NETIOCTL_DAD_STATE_TENTATIVE = 1,
    /*
     Somebody else has it.
     */
    NETIOCTL_DAD_STATE_DUPLICATE = 2,
    /*
     It may be used, but not for anything new.
     */
    NETIOCTL_DAD_STATE_DEPRECATED = 3,
    /*
     It may be used.
     */
    NETIOCTL_DAD_STATE_PREFERRED = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum NetioctlDadState NetioctlDadState;
#else
typedef int32_t NetioctlDadState;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 What an interface does: `IF_OPER_STATUS` of `ifdef.h` (RFC 2863, ifOperStatus).
 */
enum NetioctlOperStatus
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /*
     It passes packets.
     */
    NETIOCTL_OPER_STATUS_UP = 1,
    /*
     It passes none.
     */
    NETIOCTL_OPER_STATUS_DOWN = 2,
    /*
     It is being tested, and passes none.
     */
    NETIOCTL_OPER_STATUS_TESTING = 3,
    /*
     Nobody knows.
     */
    NETIOCTL_OPER_STATUS_UNKNOWN = 4,
    /*
     It waits for something to happen, such as a call.
     */
    NETIOCTL_OPER_STATUS_DORMANT = 5,
    /*
     A part of it is missing.
     */
    NETIOCTL_OPER_STATUS_NOT_PRESENT = 6,
    /*
     An interface below it is down.
     */
    NETIOCTL_OPER_STATUS_LOWER_LAYER_DOWN = 7,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum NetioctlOperStatus NetioctlOperStatus;
#else
typedef int32_t NetioctlOperStatus;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 What an interface is meant to do: `NET_IF_ADMIN_STATUS` of `ifdef.h` (RFC 2863, ifAdminStatus).
 */
enum NetioctlAdminStatus
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /*
     To pass packets.
     */
    NETIOCTL_ADMIN_STATUS_UP = 1,
    /*
     To pass none.
     */
    NETIOCTL_ADMIN_STATUS_DOWN = 2,
    /*
     To be tested.
     */
    NETIOCTL_ADMIN_STATUS_TESTING = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum NetioctlAdminStatus NetioctlAdminStatus;
#else
typedef int32_t NetioctlAdminStatus;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 Whether something is plugged in: `NET_IF_MEDIA_CONNECT_STATE` of `ifdef.h`.
 */
enum NetioctlMediaConnectState
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /*
     Nobody knows.
     */
    NETIOCTL_MEDIA_CONNECT_STATE_UNKNOWN = 0,
    /*
     It is.
     */
    NETIOCTL_MEDIA_CONNECT_STATE_CONNECTED = 1,
    /*
     It is not.
     */
    NETIOCTL_MEDIA_CONNECT_STATE_DISCONNECTED = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum NetioctlMediaConnectState NetioctlMediaConnectState;
#else
typedef int32_t NetioctlMediaConnectState;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 Who made a route: `NL_ROUTE_PROTOCOL` of `nldef.h`.
 */
enum NetioctlRouteProtocol
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /*
     Another source.
     */
    NETIOCTL_ROUTE_PROTOCOL_OTHER = 1,
    /*
     The stack itself, such as for an address of this machine.
     */
    NETIOCTL_ROUTE_PROTOCOL_LOCAL = 2,
    /*
     Set by hand or by a program.
     */
    NETIOCTL_ROUTE_PROTOCOL_NET_MGMT = 3,
    /*
     An ICMP redirect.
     */
    NETIOCTL_ROUTE_PROTOCOL_ICMP = 4,
    /*
     EGP.
     */
    NETIOCTL_ROUTE_PROTOCOL_EGP = 5,
    /*
     GGP.
     */
    NETIOCTL_ROUTE_PROTOCOL_GGP = 6,
    /*
     Hello.
     */
    NETIOCTL_ROUTE_PROTOCOL_HELLO = 7,
    /*
     RIP.
     */
    NETIOCTL_ROUTE_PROTOCOL_RIP = 8,
    /*
     IS-IS.
     */
    NETIOCTL_ROUTE_PROTOCOL_IS_IS = 9,
    /*
     ES-IS.
     */
    NETIOCTL_ROUTE_PROTOCOL_ES_IS = 10,
    /*
     IGRP.
     */
    NETIOCTL_ROUTE_PROTOCOL_CISCO = 11,
    /*
     BBN SPF.
     */
    NETIOCTL_ROUTE_PROTOCOL_BBN = 12,
    /*
     OSPF.
     */
    NETIOCTL_ROUTE_PROTOCOL_OSPF = 13,
    /*
     BGP.
     */
    NETIOCTL_ROUTE_PROTOCOL_BGP = 14,
    /*
     IDPR.
     */
    NETIOCTL_ROUTE_PROTOCOL_IDPR = 15,
    /*
     EIGRP.
     */
    NETIOCTL_ROUTE_PROTOCOL_EIGRP = 16,
    /*
     DVMRP.
     */
    NETIOCTL_ROUTE_PROTOCOL_DVMRP = 17,
    /*
     RPL.
     */
    NETIOCTL_ROUTE_PROTOCOL_RPL = 18,
    /*
     DHCP.
     */
    NETIOCTL_ROUTE_PROTOCOL_DHCP = 19,
    /*
     A routing protocol, kept as if set by hand.
     */
    NETIOCTL_ROUTE_PROTOCOL_NT_AUTOSTATIC = 10002,
    /*
     Set by hand in the routing service.
     */
    NETIOCTL_ROUTE_PROTOCOL_NT_STATIC = 10006,
    /*
     As before, but no call is made for it.
     */
    NETIOCTL_ROUTE_PROTOCOL_NT_STATIC_NON_DOD = 10007,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum NetioctlRouteProtocol NetioctlRouteProtocol;
#else
typedef int32_t NetioctlRouteProtocol;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 Where a route is from: `NL_ROUTE_ORIGIN` of `nldef.h`.
 */
enum NetioctlRouteOrigin
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /*
     Set by hand.
     */
    NETIOCTL_ROUTE_ORIGIN_MANUAL = 0,
    /*
     A route that everybody knows, such as that of multicast.
     */
    NETIOCTL_ROUTE_ORIGIN_WELL_KNOWN = 1,
    /*
     DHCP.
     */
    NETIOCTL_ROUTE_ORIGIN_DHCP = 2,
    /*
     A router advertisement.
     */
    NETIOCTL_ROUTE_ORIGIN_ROUTER_ADVERTISEMENT = 3,
    /*
     A 6to4 tunnel.
     */
    NETIOCTL_ROUTE_ORIGIN_SIX_TO_FOUR = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum NetioctlRouteOrigin NetioctlRouteOrigin;
#else
typedef int32_t NetioctlRouteOrigin;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 What to do with the neighbor of an entry.
 */
enum NetioctlBatchAction
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /*
     As `SET_NEIGHBOR`.
     */
    NETIOCTL_BATCH_ACTION_SET = 1,
    /*
     As `CREATE_NEIGHBOR`.
     */
    NETIOCTL_BATCH_ACTION_CREATE = 2,
    /*
     As `REPLACE_NEIGHBOR`.
     */
    NETIOCTL_BATCH_ACTION_REPLACE = 3,
    /*
     As `DELETE_NEIGHBOR`; the physical address must be absent (length 0, zeros).
     */
    NETIOCTL_BATCH_ACTION_DELETE = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum NetioctlBatchAction NetioctlBatchAction;
#else
typedef uint32_t NetioctlBatchAction;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 What happened (`MIB_NOTIFICATION_TYPE`).
 */
enum NetioctlChangeKind
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /*
     A property changed (`MibParameterNotification`).
     */
    NETIOCTL_CHANGE_KIND_CHANGED = 0,
    /*
     It came (`MibAddInstance`).
     */
    NETIOCTL_CHANGE_KIND_ADDED = 1,
    /*
     It went (`MibDeleteInstance`).
     */
    NETIOCTL_CHANGE_KIND_REMOVED = 2,
    /*
     Nothing happened, but changes are told from now on (`MibInitialNotification`).
     */
    NETIOCTL_CHANGE_KIND_INITIAL = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum NetioctlChangeKind NetioctlChangeKind;
#else
typedef uint8_t NetioctlChangeKind;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 Begins every input that is not empty.
 */
typedef struct NetioctlRequestHeader {
    /*
     Major version that the client was built for; another than the driver's is refused.
     */
    uint16_t abi_major;
    /*
     Minor version that the client was built for; any is accepted.
     */
    uint16_t abi_minor;
    /*
     Zero.
     */
    uint32_t reserved;
} NetioctlRequestHeader;
/*
 The header of a request made with this header file, as an initializer.
 */
#define NETIOCTL_REQUEST_HEADER { NETIOCTL_ABI_MAJOR, NETIOCTL_ABI_MINOR, 0 }

/*
 Asks for a table that has rows of a family (`GetIpInterfaceTable`, `GetIpNetTable2`, `GetUnicastIpAddressTable`,
 `GetIpForwardTable2`).
 */
typedef struct NetioctlFamilyRequest {
    /*
     Version of the client.
     */
    struct NetioctlRequestHeader header;
    /*
     `AF_UNSPEC` (both), `AF_INET` or `AF_INET6`.
     */
    uint16_t family;
    /*
     Zero.
     */
    uint16_t reserved[3];
} NetioctlFamilyRequest;

/*
 Asks to flush the neighbor table (`FlushIpNetTable2`).
 */
typedef struct NetioctlFlushNeighborsRequest {
    /*
     Version of the client.
     */
    struct NetioctlRequestHeader header;
    /*
     `AF_UNSPEC` (both), `AF_INET` or `AF_INET6`.
     */
    uint16_t family;
    /*
     Zero.
     */
    uint16_t reserved;
    /*
     Interface index in host byte order; 0 flushes all interfaces.
     */
    uint32_t interface_index;
} NetioctlFlushNeighborsRequest;

/*
 What names a neighbor in a request, and the length of the physical address where one follows.
 */
typedef struct NetioctlNeighborKey {
    /*
     Interface LUID; wins over the index when it is not 0.
     */
    uint64_t interface_luid;
    /*
     Interface index in host byte order; looked at only when the LUID is 0. One of both must be given.
     */
    uint32_t interface_index;
    /*
     `AF_INET` or `AF_INET6`.
     */
    uint16_t family;
    /*
     Zero.
     */
    uint16_t reserved;
    /*
     The address in network byte order: 4 bytes of IPv4 followed by zeros, or 16 bytes of IPv6.
     */
    uint8_t address[16];
    /*
     IPv6 scope id in host byte order: 0, or the zone of a link-local or multicast address, at most
     NETIOCTL_MAX_ZONE.
     */
    uint32_t scope_id;
    /*
     Bytes used of the physical address that follows, 1 to 32; 0 where none follows.
     */
    uint32_t physical_address_length;
} NetioctlNeighborKey;

/*
 Names a neighbor and gives its physical address (`CreateIpNetEntry2`, `SetIpNetEntry2`).
 */
typedef struct NetioctlNeighborRequest {
    /*
     Version of the client.
     */
    struct NetioctlRequestHeader header;
    /*
     The neighbor.
     */
    struct NetioctlNeighborKey key;
    /*
     The physical address; bytes beyond the length are zero.
     */
    uint8_t physical_address[NETIOCTL_MAX_PHYSICAL_ADDRESS];
} NetioctlNeighborRequest;

/*
 Names a neighbor (`GetIpNetEntry2`, `DeleteIpNetEntry2`).
 */
typedef struct NetioctlNeighborKeyRequest {
    /*
     Version of the client.
     */
    struct NetioctlRequestHeader header;
    /*
     The neighbor; the length is 0.
     */
    struct NetioctlNeighborKey key;
} NetioctlNeighborKeyRequest;

/*
 Asks the network for the physical address of a neighbor (`ResolveIpNetEntry2`). What the table knew of it is dropped
 first.
 */
typedef struct NetioctlResolveNeighborRequest {
    /*
     Version of the client.
     */
    struct NetioctlRequestHeader header;
    /*
     The neighbor; the length is 0.
     */
    struct NetioctlNeighborKey key;
    /*
     The address to send from, in the form of the neighbor's; looked at if `source_family` is not 0.
     */
    uint8_t source[16];
    /*
     IPv6 scope id of the source, as that of the neighbor.
     */
    uint32_t source_scope_id;
    /*
     `AF_UNSPEC` for a source of the system's choice, else the family of the neighbor.
     */
    uint16_t source_family;
    /*
     Zero.
     */
    uint16_t reserved;
} NetioctlResolveNeighborRequest;

/*
 One neighbor of the table (`MIB_IPNET_ROW2`).
 */
typedef struct NetioctlNeighborRow {
    /*
     Interface LUID: stable over reboots.
     */
    uint64_t interface_luid;
    /*
     Interface index: may change when the interface is disabled and enabled.
     */
    uint32_t interface_index;
    /*
     `AF_INET` or `AF_INET6`.
     */
    uint16_t family;
    /*
     Bits of NETIOCTL_NEIGHBOR_.
     */
    uint16_t flags;
    /*
     The address in network byte order: 4 bytes of IPv4 followed by zeros, or 16 bytes of IPv6.
     */
    uint8_t address[16];
    /*
     IPv6 scope id in host byte order; 0 for IPv4.
     */
    uint32_t scope_id;
    /*
     `NL_NEIGHBOR_STATE` as a number; see NetioctlNeighborState.
     */
    int32_t state;
    /*
     Bytes used of `physical_address`, 0 to 32.
     */
    uint32_t physical_address_length;
    /*
     `ReachabilityTime` in milliseconds: `LastUnreachable` when the neighbor is unreachable, else `LastReachable`.
     */
    uint32_t reachability_time;
    /*
     The physical address; bytes beyond the length are zero.
     */
    uint8_t physical_address[NETIOCTL_MAX_PHYSICAL_ADDRESS];
} NetioctlNeighborRow;

/*
 One IP interface (`MIB_IPINTERFACE_ROW)`: an interface has a row for each family that is bound to it.

 Booleans are 0 or 1. Times are in milliseconds.
 */
typedef struct NetioctlInterfaceRow {
    /*
     Interface LUID: stable over reboots.
     */
    uint64_t interface_luid;
    /*
     Reserved by Windows.
     */
    uint64_t interface_identifier;
    /*
     Interface index: may change when the interface is disabled and enabled.
     */
    uint32_t interface_index;
    /*
     `AF_INET` or `AF_INET6`.
     */
    uint16_t family;
    /*
     Router advertisements are sent.
     */
    uint8_t advertising_enabled;
    /*
     Packets are forwarded.
     */
    uint8_t forwarding_enabled;
    /*
     Packets may leave with the address of another interface.
     */
    uint8_t weak_host_send;
    /*
     Packets for the address of another interface are accepted.
     */
    uint8_t weak_host_receive;
    /*
     The metric follows the link speed.
     */
    uint8_t use_automatic_metric;
    /*
     Unreachable neighbors are detected (RFC 4861, section 7.3).
     */
    uint8_t use_neighbor_unreachability_detection;
    /*
     Router advertisements announce DHCPv6 addresses.
     */
    uint8_t managed_address_configuration_supported;
    /*
     Router advertisements announce other DHCPv6 configuration.
     */
    uint8_t other_stateful_configuration_supported;
    /*
     The default route is advertised.
     */
    uint8_t advertise_default_route;
    /*
     Default routes through this interface are ignored.
     */
    uint8_t disable_default_routes;
    /*
     The link has media, and the protocol runs.
     */
    uint8_t connected;
    /*
     The adapter can wake the machine by a pattern.
     */
    uint8_t supports_wake_up_patterns;
    /*
     The link has neighbor discovery (or ARP).
     */
    uint8_t supports_neighbor_discovery;
    /*
     The link has router discovery.
     */
    uint8_t supports_router_discovery;
    /*
     What the adapter computes for sent packets: bits of NETIOCTL_OFFLOAD_.
     */
    uint8_t transmit_offload;
    /*
     What the adapter checks on received packets: bits of NETIOCTL_OFFLOAD_.
     */
    uint8_t receive_offload;
    /*
     Zero.
     */
    uint16_t reserved;
    /*
     Link-layer independent MTU in bytes; 0xFFFFFFFF on the loopback interface of Windows.
     */
    uint32_t nl_mtu;
    /*
     Metric that is added to the metric of each route through this interface.
     */
    uint32_t metric;
    /*
     Reserved by Windows.
     */
    uint32_t max_reassembly_size;
    /*
     Least interval between router advertisements, in seconds.
     */
    uint32_t min_router_advertisement_interval;
    /*
     Greatest interval between router advertisements, in seconds.
     */
    uint32_t max_router_advertisement_interval;
    /*
     `NL_ROUTER_DISCOVERY_BEHAVIOR`: disabled 0, enabled 1, by DHCP 2, unchanged -1.
     */
    int32_t router_discovery_behavior;
    /*
     Probes of duplicate address detection; 0 switches it off (RFC 4862, section 5.1).
     */
    uint32_t dad_transmits;
    /*
     Base of the random reachable time (RFC 4861, section 6.3.2).
     */
    uint32_t base_reachable_time;
    /*
     The reachable time now in use.
     */
    uint32_t reachable_time;
    /*
     Time between two solicitations of a neighbor.
     */
    uint32_t retransmit_time;
    /*
     Time after which a learned path MTU is forgotten.
     */
    uint32_t path_mtu_discovery_timeout;
    /*
     `NL_LINK_LOCAL_ADDRESS_BEHAVIOR`: never 0, delayed 1, always 2, unchanged -1.
     */
    int32_t link_local_address_behavior;
    /*
     Time until a delayed link-local address is made.
     */
    uint32_t link_local_address_timeout;
    /*
     Prefix length of a site address.
     */
    uint32_t site_prefix_length;
    /*
     Zone id for each scope level, indexed by `SCOPE_LEVEL`.
     */
    uint32_t zone_indices[16];
} NetioctlInterfaceRow;

/*
 Names an IP interface (`GetIpInterfaceEntry`).
 */
typedef struct NetioctlInterfaceKeyRequest {
    /*
     Version of the client.
     */
    struct NetioctlRequestHeader header;
    /*
     Interface LUID; wins over the index when it is not 0.
     */
    uint64_t interface_luid;
    /*
     Interface index in host byte order; looked at only when the LUID is 0. One of both must be given.
     */
    uint32_t interface_index;
    /*
     `AF_INET` or `AF_INET6`.
     */
    uint16_t family;
    /*
     Zero.
     */
    uint16_t reserved;
} NetioctlInterfaceKeyRequest;

/*
 Changes an IP interface (SetIpInterfaceEntry): the named members of `row`, and no others.

 Changes through the driver come one after the other, so none undoes another that names different members.
 */
typedef struct NetioctlSetInterfaceRequest {
    /*
     Version of the client.
     */
    struct NetioctlRequestHeader header;
    /*
     Bits of NETIOCTL_MEMBER_: the members to change; at least one.
     */
    uint64_t members;
    /*
     LUID, index and family name the interface; of the rest, the members named are looked at. Booleans are 0 or 1.
     */
    struct NetioctlInterfaceRow row;
} NetioctlSetInterfaceRequest;

/*
 A unicast address of an interface (`MIB_UNICASTIPADDRESS_ROW`).
 */
typedef struct NetioctlAddressRow {
    /*
     LUID of the interface.
     */
    uint64_t interface_luid;
    /*
     When the address was made, in units of 100 ns since 1601-01-01 UTC (a `FILETIME`).
     */
    uint64_t creation_time;
    /*
     The address in network byte order; IPv4 uses the first four bytes, the rest is zero.
     */
    uint8_t address[16];
    /*
     Index of the interface.
     */
    uint32_t interface_index;
    /*
     IPv6 scope id; 0 for IPv4 and for addresses without a zone.
     */
    uint32_t scope_id;
    /*
     A NetioctlPrefixOrigin, or a number of a newer system.
     */
    int32_t prefix_origin;
    /*
     A NetioctlSuffixOrigin, or a number of a newer system.
     */
    int32_t suffix_origin;
    /*
     A NetioctlDadState, or a number of a newer system.
     */
    int32_t dad_state;
    /*
     Seconds for which the address is valid from now on; all ones for ever.
     */
    uint32_t valid_lifetime;
    /*
     Seconds for which the address is preferred from now on; all ones for ever.
     */
    uint32_t preferred_lifetime;
    /*
     `AF_INET` or `AF_INET6`.
     */
    uint16_t family;
    /*
     Bits of the prefix that is on the link: 0 to 32 or 128.
     */
    uint8_t on_link_prefix_length;
    /*
     1 if the address is no source unless a program asks for it, else 0.
     */
    uint8_t skip_as_source;
} NetioctlAddressRow;

/*
 One network interface (`MIB_IF_ROW2`): an adapter, a tunnel, the loopback interface, or a filter in the stack of one. It
 has one row, however many IP interfaces (NetioctlInterfaceRow) are bound to it.
 */
typedef struct NetioctlLinkRow {
    /*
     Interface LUID: stable over reboots.
     */
    uint64_t interface_luid;
    /*
     Speed of sending in bits per second; all ones where it is not known.
     */
    uint64_t transmit_link_speed;
    /*
     Speed of receiving in bits per second; all ones where it is not known.
     */
    uint64_t receive_link_speed;
    /*
     Bytes received, with those of headers.
     */
    uint64_t in_octets;
    /*
     Unicast packets received.
     */
    uint64_t in_unicast_packets;
    /*
     Multicast and broadcast packets received.
     */
    uint64_t in_non_unicast_packets;
    /*
     Packets received and thrown away without an error.
     */
    uint64_t in_discards;
    /*
     Packets received with an error.
     */
    uint64_t in_errors;
    /*
     Packets received of a protocol that nobody wants.
     */
    uint64_t in_unknown_protocols;
    /*
     Bytes of unicast packets received.
     */
    uint64_t in_unicast_octets;
    /*
     Bytes of multicast packets received.
     */
    uint64_t in_multicast_octets;
    /*
     Bytes of broadcast packets received.
     */
    uint64_t in_broadcast_octets;
    /*
     Bytes sent, with those of headers.
     */
    uint64_t out_octets;
    /*
     Unicast packets sent.
     */
    uint64_t out_unicast_packets;
    /*
     Multicast and broadcast packets sent.
     */
    uint64_t out_non_unicast_packets;
    /*
     Packets thrown away unsent without an error.
     */
    uint64_t out_discards;
    /*
     Packets not sent because of an error.
     */
    uint64_t out_errors;
    /*
     Bytes of unicast packets sent.
     */
    uint64_t out_unicast_octets;
    /*
     Bytes of multicast packets sent.
     */
    uint64_t out_multicast_octets;
    /*
     Bytes of broadcast packets sent.
     */
    uint64_t out_broadcast_octets;
    /*
     Packets that wait to be sent; Windows does not count them.
     */
    uint64_t out_queue_length;
    /*
     Interface index: may change when the interface is disabled and enabled.
     */
    uint32_t interface_index;
    /*
     Largest packet in bytes, without the header of the link.
     */
    uint32_t mtu;
    /*
     IANA's ifType: 6 Ethernet, 24 loopback, 71 Wi-Fi, 131 tunnel.
     */
    uint32_t interface_type;
    /*
     IANA's tunnelType where the interface is a tunnel, else 0 (`TUNNEL_TYPE` of `ifdef.h`).
     */
    int32_t tunnel_type;
    /*
     `NDIS_MEDIUM` of `ntddndis.h`.
     */
    int32_t media_type;
    /*
     `NDIS_PHYSICAL_MEDIUM` of `ntddndis.h`.
     */
    int32_t physical_medium_type;
    /*
     `NET_IF_ACCESS_TYPE` of `ifdef.h`: loopback 1, broadcast 2, point to point 3, point to multipoint 4.
     */
    int32_t access_type;
    /*
     `NET_IF_DIRECTION_TYPE` of `ifdef.h`: both ways 0, sends only 1, receives only 2.
     */
    int32_t direction_type;
    /*
     An NetioctlOperStatus, or a number of a newer system.
     */
    int32_t oper_status;
    /*
     An NetioctlAdminStatus, or a number of a newer system.
     */
    int32_t admin_status;
    /*
     A NetioctlMediaConnectState, or a number of a newer system.
     */
    int32_t media_connect_state;
    /*
     `NET_IF_CONNECTION_TYPE` of `ifdef.h`: dedicated 1, passive 2, on demand 3.
     */
    int32_t connection_type;
    /*
     Bits of NETIOCTL_LINK_.
     */
    uint32_t flags;
    /*
     Bytes used of both physical addresses, 0 to 32.
     */
    uint32_t physical_address_length;
    /*
     The physical address in use; bytes beyond the length are zero.
     */
    uint8_t physical_address[NETIOCTL_MAX_PHYSICAL_ADDRESS];
    /*
     The physical address that the device was made with; bytes beyond the length are zero.
     */
    uint8_t permanent_physical_address[NETIOCTL_MAX_PHYSICAL_ADDRESS];
    /*
     GUID of the interface, as a `GUID` lies in memory.
     */
    uint8_t interface_guid[16];
    /*
     GUID of the network that the interface is in, as a `GUID` lies in memory.
     */
    uint8_t network_guid[16];
    /*
     The name that people give it, in UTF-16; units beyond its end are zero.
     */
    uint16_t alias[NETIOCTL_MAX_LINK_NAME];
    /*
     What the device says it is, in UTF-16; units beyond its end are zero.
     */
    uint16_t description[NETIOCTL_MAX_LINK_NAME];
} NetioctlLinkRow;

/*
 One route (`MIB_IPFORWARD_ROW2`).
 */
typedef struct NetioctlRouteRow {
    /*
     Interface LUID: stable over reboots.
     */
    uint64_t interface_luid;
    /*
     The network that the route leads to, in network byte order; IPv4 uses the first four bytes, the rest is zero.
     */
    uint8_t destination[16];
    /*
     The router, in the form of the destination; unspecified where the destination is on the link.
     */
    uint8_t next_hop[16];
    /*
     Interface index: may change when the interface is disabled and enabled.
     */
    uint32_t interface_index;
    /*
     IPv6 scope id of the destination; 0 for IPv4 and for addresses without a zone.
     */
    uint32_t destination_scope_id;
    /*
     IPv6 scope id of the router; 0 for IPv4 and for addresses without a zone.
     */
    uint32_t next_hop_scope_id;
    /*
     Seconds for which the route is valid from now on; all ones for ever.
     */
    uint32_t valid_lifetime;
    /*
     Seconds for which the route is preferred from now on; all ones for ever.
     */
    uint32_t preferred_lifetime;
    /*
     Metric of the route. That of its interface is added to it when routes are compared.
     */
    uint32_t metric;
    /*
     A NetioctlRouteProtocol, or a number of a newer system.
     */
    int32_t protocol;
    /*
     Seconds since the route was made or changed.
     */
    uint32_t age;
    /*
     A NetioctlRouteOrigin, or a number of a newer system.
     */
    int32_t origin;
    /*
     `AF_INET` or `AF_INET6`.
     */
    uint16_t family;
    /*
     Bits of the destination that count: 0 to 32 or 128.
     */
    uint8_t prefix_length;
    /*
     Bits of the site prefix.
     */
    uint8_t site_prefix_length;
    /*
     1 if the route leads to this machine itself, else 0.
     */
    uint8_t loopback;
    /*
     1 if addresses are made of the prefix, else 0.
     */
    uint8_t autoconfigure_address;
    /*
     1 if the route is told in router advertisements, else 0.
     */
    uint8_t publish;
    /*
     1 if the route lives as long as its interface, else 0.
     */
    uint8_t immortal;
    /*
     Zero.
     */
    uint32_t reserved;
} NetioctlRouteRow;

/*
 Asks which route a packet takes (`GetBestRoute2`).
 */
typedef struct NetioctlBestRouteRequest {
    /*
     Version of the client.
     */
    struct NetioctlRequestHeader header;
    /*
     LUID of the interface that the packet is to leave through; wins over the index when it is not 0.
     */
    uint64_t interface_luid;
    /*
     Index of that interface, looked at only when the LUID is 0; with both 0 any interface will do.
     */
    uint32_t interface_index;
    /*
     `AF_INET` or `AF_INET6`.
     */
    uint16_t family;
    /*
     `AF_UNSPEC` for a source of the system's choice, else the family of the destination.
     */
    uint16_t source_family;
    /*
     Where the packet is to go, in network byte order: 4 bytes of IPv4 followed by zeros, or 16 bytes of IPv6.
     */
    uint8_t destination[16];
    /*
     The address to send from, in the form of the destination; looked at if `source_family` is not 0.
     */
    uint8_t source[16];
    /*
     IPv6 scope id of the destination: 0, or the zone of a link-local or multicast address, at most
     NETIOCTL_MAX_ZONE.
     */
    uint32_t destination_scope_id;
    /*
     IPv6 scope id of the source, as that of the destination.
     */
    uint32_t source_scope_id;
} NetioctlBestRouteRequest;

/*
 The route that a packet takes, and its source address.
 */
typedef struct NetioctlBestRouteReply {
    /*
     The route that the packet takes.
     */
    struct NetioctlRouteRow route;
    /*
     The address that it is sent from, in the form of the destination of the route.
     */
    uint8_t source[16];
    /*
     IPv6 scope id of that address.
     */
    uint32_t source_scope_id;
    /*
     Zero.
     */
    uint32_t reserved;
} NetioctlBestRouteReply;

/*
 Begins the input; `count` entries follow at once, and nothing behind them.
 */
typedef struct NetioctlBatchHeader {
    /*
     Version of the client.
     */
    struct NetioctlRequestHeader header;
    /*
     Entries that follow, 1 to NETIOCTL_MAX_BATCH.
     */
    uint32_t count;
    /*
     Zero.
     */
    uint32_t reserved;
} NetioctlBatchHeader;

/*
 One change.
 */
typedef struct NetioctlBatchEntry {
    /*
     A NetioctlBatchAction.
     */
    uint32_t action;
    /*
     Zero.
     */
    uint32_t reserved;
    /*
     The neighbor.
     */
    struct NetioctlNeighborKey key;
    /*
     The physical address; bytes beyond the length are zero.
     */
    uint8_t physical_address[NETIOCTL_MAX_PHYSICAL_ADDRESS];
} NetioctlBatchEntry;

/*
 Begins the output; `count` statuses (NTSTATUS, 4 bytes each) follow at once.
 */
typedef struct NetioctlBatchReply {
    /*
     Statuses that follow, one for each entry, in the order of the entries.
     */
    uint32_t count;
    /*
     How many of them are errors.
     */
    uint32_t failed;
} NetioctlBatchReply;

/*
 How often requests of an operation ended with a status.
 */
typedef struct NetioctlStatusCount {
    /*
     NTSTATUS, a warning or an error; 0 for a place not in use.
     */
    int32_t status;
    /*
     Zero.
     */
    uint32_t reserved;
    /*
     Requests that ended with it.
     */
    uint64_t count;
} NetioctlStatusCount;

/*
 The counters of one operation since the driver was loaded, or reset last.

 Counters are read one after the other while requests go on, so they may be off by the requests under way.
 */
typedef struct NetioctlStatisticsRow {
    /*
     The control code; 0 for requests with a code that the driver does not know.
     */
    uint32_t code;
    /*
     Zero.
     */
    uint32_t reserved;
    /*
     Requests that have ended.
     */
    uint64_t requests;
    /*
     Those that ended with a warning or an error.
     */
    uint64_t failures;
    /*
     Bytes of input.
     */
    uint64_t bytes_in;
    /*
     Bytes of output.
     */
    uint64_t bytes_out;
    /*
     Failures by status, the first that were met.
     */
    struct NetioctlStatusCount by_status[NETIOCTL_MAX_COUNTED_STATUSES];
    /*
     Failures with a status beyond those.
     */
    uint64_t other_failures;
} NetioctlStatisticsRow;

/*
 Begins every table; `returned_rows` rows of `row_size` bytes follow at once.

 When not all rows fit, the reply holds as many whole rows as do, and the request ends with `STATUS_BUFFER_OVERFLOW`
 (`ERROR_MORE_DATA`); total_rows times row_size, and the size of this header, tells how large a buffer would have held this snapshot.
 */
typedef struct NetioctlTableHeader {
    /*
     NETIOCTL_ABI_MAJOR of the driver.
     */
    uint16_t abi_major;
    /*
     NETIOCTL_ABI_MINOR of the driver.
     */
    uint16_t abi_minor;
    /*
     Bytes from one row to the next; may grow in a newer minor version, never shrink.
     */
    uint32_t row_size;
    /*
     Rows that the snapshot has.
     */
    uint32_t total_rows;
    /*
     Rows that follow.
     */
    uint32_t returned_rows;
    /*
     Number of the snapshot, counted by the driver since it was loaded: two replies with different numbers come
     from different moments and must not be pieced together.
     */
    uint64_t generation;
} NetioctlTableHeader;

/*
 Which contract the driver speaks, which driver it is, and what it can do.
 */
typedef struct NetioctlVersionReply {
    /*
     NETIOCTL_ABI_MAJOR of the driver.
     */
    uint16_t abi_major;
    /*
     NETIOCTL_ABI_MINOR of the driver.
     */
    uint16_t abi_minor;
    /*
     Major, minor and patch version of the driver.
     */
    uint16_t driver_version[3];
    /*
     Zero.
     */
    uint16_t reserved[3];
    /*
     Bits of NETIOCTL_CAPABILITY_.
     */
    uint64_t capabilities;
} NetioctlVersionReply;

/*
 Waits for changes of interfaces and addresses (`NotifyIpInterfaceChange`, `NotifyUnicastIpAddressChange`).

 The first request of a handle begins to watch; it ends when the handle is closed, or the device goes. Every request
 of the handle must ask for the same. Several may wait at once: events go to the one that came first.
 */
typedef struct NetioctlWatchRequest {
    /*
     Version of the client.
     */
    struct NetioctlRequestHeader header;
    /*
     Bits of NETIOCTL_WATCH_, one at least.
     */
    uint32_t sources;
    /*
     `AF_UNSPEC` (both), `AF_INET` or `AF_INET6`.
     */
    uint16_t family;
    /*
     Bits of NETIOCTL_WATCH_FLAG_.
     */
    uint16_t flags;
} NetioctlWatchRequest;

/*
 Begins the answer to a NetioctlWatchRequest; `returned_events` events of `event_size` bytes follow at once, in the order
 in which they happened. There is at least one.
 */
typedef struct NetioctlWatchReply {
    /*
     NETIOCTL_ABI_MAJOR of the driver.
     */
    uint16_t abi_major;
    /*
     NETIOCTL_ABI_MINOR of the driver.
     */
    uint16_t abi_minor;
    /*
     Bytes from one event to the next; may grow in a newer minor version, never shrink.
     */
    uint32_t event_size;
    /*
     Events that follow.
     */
    uint32_t returned_events;
    /*
     Zero.
     */
    uint32_t reserved;
    /*
     Events that found no room since the answer before this one. Who sees another number than 0 does not know any
     more what there is, and reads the tables anew.
     */
    uint64_t lost;
} NetioctlWatchReply;

/*
 One change. Only keys travel: what has become of the interface or address is read from its table.
 */
typedef struct NetioctlChangeEvent {
    /*
     Counts the events of the watch from 1. A number that is left out is an event that was lost.
     */
    uint64_t sequence;
    /*
     Interface LUID; 0 for NETIOCTL_CHANGE_KIND_INITIAL.
     */
    uint64_t interface_luid;
    /*
     Interface index in host byte order; 0 for NETIOCTL_CHANGE_KIND_INITIAL.
     */
    uint32_t interface_index;
    /*
     `AF_INET` or `AF_INET6`; `AF_UNSPEC` for NETIOCTL_CHANGE_KIND_INITIAL.
     */
    uint16_t family;
    /*
     The one bit of NETIOCTL_WATCH_ that this is about.
     */
    uint8_t source;
    /*
     A NetioctlChangeKind.
     */
    uint8_t kind;
    /*
     The address in network byte order: 4 bytes and 12 zeros for IPv4; zeros if the source is not addresses.
     */
    uint8_t address[16];
    /*
     IPv6 scope id in host byte order; 0 for IPv4.
     */
    uint32_t scope_id;
    /*
     Notifications that this event stands for: repeated changes of the same thing become one event while nobody has
     taken it. Not less than 1.
     */
    uint32_t notifications;
} NetioctlChangeEvent;

/* A compiler that lays a structure out otherwise shall stop here. */
#if defined(__cplusplus)
#define NETIOCTL_ASSERT_SIZE(type, bytes) static_assert(sizeof(type) == (bytes), #type)
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define NETIOCTL_ASSERT_SIZE(type, bytes) _Static_assert(sizeof(type) == (bytes), #type)
#else
#define NETIOCTL_ASSERT_SIZE(type, bytes) typedef char type##Size[sizeof(type) == (bytes) ? 1 : -1]
#endif

NETIOCTL_ASSERT_SIZE(NetioctlRequestHeader, 8);
NETIOCTL_ASSERT_SIZE(NetioctlFamilyRequest, 16);
NETIOCTL_ASSERT_SIZE(NetioctlFlushNeighborsRequest, 16);
NETIOCTL_ASSERT_SIZE(NetioctlNeighborKey, 40);
NETIOCTL_ASSERT_SIZE(NetioctlNeighborRequest, 80);
NETIOCTL_ASSERT_SIZE(NetioctlNeighborKeyRequest, 48);
NETIOCTL_ASSERT_SIZE(NetioctlResolveNeighborRequest, 72);
NETIOCTL_ASSERT_SIZE(NetioctlNeighborRow, 80);
NETIOCTL_ASSERT_SIZE(NetioctlInterfaceRow, 160);
NETIOCTL_ASSERT_SIZE(NetioctlInterfaceKeyRequest, 24);
NETIOCTL_ASSERT_SIZE(NetioctlSetInterfaceRequest, 176);
NETIOCTL_ASSERT_SIZE(NetioctlAddressRow, 64);
NETIOCTL_ASSERT_SIZE(NetioctlLinkRow, 1344);
NETIOCTL_ASSERT_SIZE(NetioctlRouteRow, 88);
NETIOCTL_ASSERT_SIZE(NetioctlBestRouteRequest, 64);
NETIOCTL_ASSERT_SIZE(NetioctlBestRouteReply, 112);
NETIOCTL_ASSERT_SIZE(NetioctlBatchHeader, 16);
NETIOCTL_ASSERT_SIZE(NetioctlBatchEntry, 80);
NETIOCTL_ASSERT_SIZE(NetioctlBatchReply, 8);
NETIOCTL_ASSERT_SIZE(NetioctlStatusCount, 16);
NETIOCTL_ASSERT_SIZE(NetioctlStatisticsRow, 176);
NETIOCTL_ASSERT_SIZE(NetioctlTableHeader, 24);
NETIOCTL_ASSERT_SIZE(NetioctlVersionReply, 24);
NETIOCTL_ASSERT_SIZE(NetioctlWatchRequest, 16);
NETIOCTL_ASSERT_SIZE(NetioctlWatchReply, 24);
NETIOCTL_ASSERT_SIZE(NetioctlChangeEvent, 48);

#endif /* NETIOCTL_H */
