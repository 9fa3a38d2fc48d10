/* rtlver.lib: what drivers for old Windows ask by these names, the kernel answers on any that is served here. */

__declspec(dllimport) unsigned char RtlIsNtDdiVersionAvailable(unsigned long version);
__declspec(dllimport) unsigned char RtlIsServicePackVersionInstalled(unsigned long version);

unsigned char WdmlibRtlIsNtDdiVersionAvailable(unsigned long version)
{
    return RtlIsNtDdiVersionAvailable(version);
}

unsigned char WdmlibRtlIsServicePackVersionInstalled(unsigned long version)
{
    return RtlIsServicePackVersionInstalled(version);
}
