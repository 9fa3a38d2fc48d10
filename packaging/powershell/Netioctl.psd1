# The manifest of the module: what Import-Module reads first.
@{
    RootModule = 'Netioctl.psm1'
    ModuleVersion = '0.1.0'
    GUID = '6c0a4a55-5d2e-4f0a-9b39-2f1d8a7ce0b4'
    Author = 'The netioctl authors'
    Copyright = 'MIT or Apache-2.0'
    Description = 'Neighbors, IP interfaces and addresses through the netioctl driver, as objects.'
    PowerShellVersion = '5.1'
    CompatiblePSEditions = @('Desktop', 'Core')
    TypesToProcess = @('Netioctl.Types.ps1xml')
    FormatsToProcess = @('Netioctl.Format.ps1xml')
    FunctionsToExport = @(
        'Clear-NetioNeighbor',
        'Get-NetioAddress',
        'Get-NetioInterface',
        'Get-NetioNeighbor',
        'Get-NetioStatistic',
        'New-NetioNeighbor',
        'Remove-NetioNeighbor',
        'Resolve-NetioNeighbor',
        'Set-NetioNeighbor'
    )
    CmdletsToExport = @()
    VariablesToExport = @()
    AliasesToExport = @()
}
