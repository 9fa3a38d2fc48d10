#Requires -Version 5.1

<#
.SYNOPSIS
    Neighbors, IP interfaces and addresses through the netioctl driver, as objects.

.DESCRIPTION
    Each function runs netioctl.exe, which lies beside this module or in the path, and makes objects of its JSON. Their
    properties have the names of docs/schema; those that Get-NetNeighbor and Get-NetIPInterface have are there by these
    names as well. What the program complains of becomes an error: its category tells what sort of error it is, its
    identifier has the exit code.
#>

Set-StrictMode -Version 2.0

# The category of each exit code of netioctl.exe; others are InvalidResult.
$Categories = @{
    2 = [System.Management.Automation.ErrorCategory]::InvalidArgument
    3 = [System.Management.Automation.ErrorCategory]::ObjectNotFound
    4 = [System.Management.Automation.ErrorCategory]::PermissionDenied
    5 = [System.Management.Automation.ErrorCategory]::ResourceUnavailable
    7 = [System.Management.Automation.ErrorCategory]::ResourceBusy
    8 = [System.Management.Automation.ErrorCategory]::OperationTimeout
}

# The program, as it is called.
function Get-Program {
    $beside = Join-Path -Path $PSScriptRoot -ChildPath 'netioctl.exe'
    if (Test-Path -LiteralPath $beside -PathType Leaf) { $beside } else { 'netioctl.exe' }
}

# Runs the program for a function, and writes the rows that it prints as objects of a type; nothing for no type.
function Invoke-Program {
    param(
        [System.Management.Automation.PSCmdlet] $Caller,
        [string[]] $Arguments,
        [string] $TypeName,
        [object] $Target
    )
    # With "Stop", Windows PowerShell makes an exception of the first line that a program writes to its error output.
    $ErrorActionPreference = 'Continue'
    $program = Get-Program
    # The program writes UTF-8, whatever the code page of the console is.
    $encoding = [Console]::OutputEncoding
    try {
        [Console]::OutputEncoding = New-Object -TypeName 'System.Text.UTF8Encoding' -ArgumentList $false
        $lines = @(& $program @Arguments '--json' 2>&1)
        $code = $LASTEXITCODE
    }
    finally {
        [Console]::OutputEncoding = $encoding
    }
    $complaints = @($lines | Where-Object -FilterScript { $_ -is [System.Management.Automation.ErrorRecord] })
    $text = @($lines | Where-Object -FilterScript { $_ -isnot [System.Management.Automation.ErrorRecord] }) -join "`n"
    if ($TypeName -and -not [string]::IsNullOrWhiteSpace($text)) {
        # Windows PowerShell hands an array on as one object, so it is taken apart here.
        $rows = ConvertFrom-Json -InputObject $text
        foreach ($row in $rows) {
            $row.PSObject.TypeNames.Insert(0, $TypeName)
            $Caller.WriteObject($row)
        }
    }
    if ($code -ne 0) {
        $message = @($complaints | ForEach-Object -Process { $_.Exception.Message }) -join "`n"
        if (-not $message) { $message = "netioctl ended with exit code $code" }
        $category = $Categories[$code]
        if ($null -eq $category) { $category = [System.Management.Automation.ErrorCategory]::InvalidResult }
        $exception = New-Object -TypeName 'System.InvalidOperationException' -ArgumentList $message
        $record = New-Object -TypeName 'System.Management.Automation.ErrorRecord' -ArgumentList @(
            $exception, "Netioctl.ExitCode$code", $category, $Target
        )
        $Caller.WriteError($record)
    }
}

# The options that many commands have; 0 and empty texts stand for what was not given.
function Get-Option {
    param([uint32] $Index, [string] $Alias, [string] $Family)
    if ($Index -ne 0) { '--interface'; [string] $Index }
    elseif ($Alias) { '--interface'; $Alias }
    if ($Family -eq 'IPv4') { '--ipv4' }
    elseif ($Family -eq 'IPv6') { '--ipv6' }
}

<#
.SYNOPSIS
    Gets neighbors: what `netioctl neigh show` lists.
.EXAMPLE
    Get-NetioNeighbor -AddressFamily IPv4 -State Reachable
#>
function Get-NetioNeighbor {
    [CmdletBinding()]
    [OutputType('Netioctl.Neighbor')]
    param(
        [Parameter(Position = 0)] [string[]] $IPAddress = @(),
        [Parameter(ValueFromPipelineByPropertyName = $true)] [Alias('ifindex')] [uint32] $InterfaceIndex,
        [Parameter()] [string] $InterfaceAlias,
        [Parameter()] [ValidateSet('IPv4', 'IPv6')] [string] $AddressFamily,
        [Parameter()] [ValidateSet('Unreachable', 'Incomplete', 'Probe', 'Delay', 'Stale', 'Reachable', 'Permanent')]
        [string[]] $State = @()
    )
    process {
        $arguments = @('neigh', 'show') + $IPAddress
        $arguments += @(Get-Option -Index $InterfaceIndex -Alias $InterfaceAlias -Family $AddressFamily)
        foreach ($word in $State) { $arguments += @('--state', $word.ToLowerInvariant()) }
        Invoke-Program -Caller $PSCmdlet -Arguments $arguments -TypeName 'Netioctl.Neighbor' -Target $IPAddress
    }
}

<#
.SYNOPSIS
    Makes a neighbor with a physical address; it is permanent. Needs an administrator.
.EXAMPLE
    New-NetioNeighbor -IPAddress 192.0.2.7 -LinkLayerAddress 02-00-00-00-77-02 -InterfaceIndex 12
#>
function New-NetioNeighbor {
    [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Medium')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipelineByPropertyName = $true)]
        [Alias('dst')] [string] $IPAddress,
        [Parameter(Mandatory = $true, Position = 1, ValueFromPipelineByPropertyName = $true)]
        [Alias('lladdr')] [string] $LinkLayerAddress,
        [Parameter(ValueFromPipelineByPropertyName = $true)] [Alias('ifindex')] [uint32] $InterfaceIndex,
        [Parameter()] [string] $InterfaceAlias
    )
    process {
        if ($PSCmdlet.ShouldProcess($IPAddress, "make the neighbor, at $LinkLayerAddress")) {
            $arguments = @('neigh', 'add', $IPAddress, $LinkLayerAddress)
            $arguments += @(Get-Option -Index $InterfaceIndex -Alias $InterfaceAlias)
            Invoke-Program -Caller $PSCmdlet -Arguments $arguments -Target $IPAddress
        }
    }
}

<#
.SYNOPSIS
    Gives an existing neighbor a new physical address; it becomes permanent. Needs an administrator.
.EXAMPLE
    Get-NetioNeighbor 192.0.2.7 | Set-NetioNeighbor -LinkLayerAddress 02-00-00-00-77-02
#>
function Set-NetioNeighbor {
    [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Medium')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipelineByPropertyName = $true)]
        [Alias('dst')] [string] $IPAddress,
        [Parameter(Mandatory = $true, Position = 1)] [string] $LinkLayerAddress,
        [Parameter(ValueFromPipelineByPropertyName = $true)] [Alias('ifindex')] [uint32] $InterfaceIndex,
        [Parameter()] [string] $InterfaceAlias
    )
    process {
        if ($PSCmdlet.ShouldProcess($IPAddress, "change the neighbor to $LinkLayerAddress")) {
            $arguments = @('neigh', 'set', $IPAddress, $LinkLayerAddress)
            $arguments += @(Get-Option -Index $InterfaceIndex -Alias $InterfaceAlias)
            Invoke-Program -Caller $PSCmdlet -Arguments $arguments -Target $IPAddress
        }
    }
}

<#
.SYNOPSIS
    Deletes neighbors. Needs an administrator.
.EXAMPLE
    Get-NetioNeighbor -State Stale | Remove-NetioNeighbor -WhatIf
#>
function Remove-NetioNeighbor {
    [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Medium')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipelineByPropertyName = $true)]
        [Alias('dst')] [string] $IPAddress,
        [Parameter(ValueFromPipelineByPropertyName = $true)] [Alias('ifindex')] [uint32] $InterfaceIndex,
        [Parameter()] [string] $InterfaceAlias
    )
    process {
        if ($PSCmdlet.ShouldProcess($IPAddress, 'delete the neighbor')) {
            $arguments = @('neigh', 'del', $IPAddress)
            $arguments += @(Get-Option -Index $InterfaceIndex -Alias $InterfaceAlias)
            Invoke-Program -Caller $PSCmdlet -Arguments $arguments -Target $IPAddress
        }
    }
}

<#
.SYNOPSIS
    Flushes neighbors, of one interface or of all, permanent ones too unless -Dynamic is given. Needs an administrator.
.EXAMPLE
    Clear-NetioNeighbor -InterfaceAlias Ethernet -Dynamic
#>
function Clear-NetioNeighbor {
    [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'High')]
    param(
        [Parameter(ValueFromPipelineByPropertyName = $true)] [Alias('ifindex')] [uint32] $InterfaceIndex,
        [Parameter()] [string] $InterfaceAlias,
        [Parameter()] [ValidateSet('IPv4', 'IPv6')] [string] $AddressFamily,
        [Parameter()] [switch] $Dynamic
    )
    process {
        $options = @(Get-Option -Index $InterfaceIndex -Alias $InterfaceAlias -Family $AddressFamily)
        if ($options -notcontains '--interface') { $options += '--all' }
        if ($Dynamic) { $options += '--dynamic' }
        if ($PSCmdlet.ShouldProcess("neighbors ($($options -join ' '))", 'flush')) {
            $arguments = @('neigh', 'flush', '--yes') + $options
            Invoke-Program -Caller $PSCmdlet -Arguments $arguments -Target $InterfaceAlias
        }
    }
}

<#
.SYNOPSIS
    Asks the network for the physical addresses of neighbors; what was known of them is dropped first. Needs an
    administrator. An address that does not answer is an error of the category OperationTimeout.
.EXAMPLE
    '192.0.2.1', '192.0.2.7' | Resolve-NetioNeighbor -InterfaceIndex 12
#>
function Resolve-NetioNeighbor {
    [CmdletBinding()]
    [OutputType('Netioctl.Neighbor')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true, ValueFromPipelineByPropertyName = $true)]
        [Alias('dst')] [string[]] $IPAddress,
        [Parameter(ValueFromPipelineByPropertyName = $true)] [Alias('ifindex')] [uint32] $InterfaceIndex,
        [Parameter()] [string] $InterfaceAlias
    )
    process {
        $arguments = @('neigh', 'resolve') + $IPAddress
        $arguments += @(Get-Option -Index $InterfaceIndex -Alias $InterfaceAlias)
        Invoke-Program -Caller $PSCmdlet -Arguments $arguments -TypeName 'Netioctl.Neighbor' -Target $IPAddress
    }
}

<#
.SYNOPSIS
    Gets IP interfaces: what `netioctl interface show` lists.
.EXAMPLE
    Get-NetioInterface -AddressFamily IPv6 | Get-NetioNeighbor
#>
function Get-NetioInterface {
    [CmdletBinding()]
    [OutputType('Netioctl.Interface')]
    param(
        [Parameter(ValueFromPipelineByPropertyName = $true)] [Alias('ifindex')] [uint32] $InterfaceIndex,
        [Parameter(Position = 0)] [string] $InterfaceAlias,
        [Parameter()] [ValidateSet('IPv4', 'IPv6')] [string] $AddressFamily
    )
    process {
        $arguments = @('interface', 'show')
        $arguments += @(Get-Option -Index $InterfaceIndex -Alias $InterfaceAlias -Family $AddressFamily)
        Invoke-Program -Caller $PSCmdlet -Arguments $arguments -TypeName 'Netioctl.Interface' -Target $InterfaceAlias
    }
}

<#
.SYNOPSIS
    Gets the unicast addresses of interfaces: what `netioctl address show` lists.
.EXAMPLE
    Get-NetioAddress -InterfaceAlias Ethernet
#>
function Get-NetioAddress {
    [CmdletBinding()]
    [OutputType('Netioctl.Address')]
    param(
        [Parameter(ValueFromPipelineByPropertyName = $true)] [Alias('ifindex')] [uint32] $InterfaceIndex,
        [Parameter(Position = 0)] [string] $InterfaceAlias,
        [Parameter()] [ValidateSet('IPv4', 'IPv6')] [string] $AddressFamily
    )
    process {
        $arguments = @('address', 'show')
        $arguments += @(Get-Option -Index $InterfaceIndex -Alias $InterfaceAlias -Family $AddressFamily)
        Invoke-Program -Caller $PSCmdlet -Arguments $arguments -TypeName 'Netioctl.Address' -Target $InterfaceAlias
    }
}

<#
.SYNOPSIS
    Gets the counters of the driver: what `netioctl stats` shows.
.EXAMPLE
    Get-NetioStatistic | Where-Object -Property failures -GT 0
#>
function Get-NetioStatistic {
    [CmdletBinding()]
    [OutputType('Netioctl.Statistic')]
    param()
    process {
        Invoke-Program -Caller $PSCmdlet -Arguments @('stats') -TypeName 'Netioctl.Statistic'
    }
}
