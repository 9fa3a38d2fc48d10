/*
 * Tracing, as the trace preprocessor of the WDK takes it from comments. Under `cargo kmdf` it traces nothing.
 */
#define WPP_CONTROL_GUIDS                                                                                              \
    WPP_DEFINE_CONTROL_GUID(DoublerTrace, (b1d5ab1e, 4a5c, 4b0c, 9d0e, 2a6b7c1d3e4f), WPP_DEFINE_BIT(DBG_IO))

// begin_wpp config
// FUNC TraceEvents(LEVEL, FLAGS, MSG, ...);
// end_wpp
