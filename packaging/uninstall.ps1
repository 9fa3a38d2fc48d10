#Requires -Version 5.1

<#
.SYNOPSIS
    Removes what install.ps1 has brought to this machine.

.DESCRIPTION
    Removes the device, the service and the driver package through "netioctl.exe driver uninstall", then driver packages
    of earlier failed attempts, then the package's certificate from LocalMachine\TrustedPublisher and LocalMachine\Root:
    that one certificate, known by its thumbprint, and no other. Removing what is not there is no error.

    Boot settings are not touched. Test signing is switched off with "bcdedit /set testsigning off" and a restart.

.PARAMETER PackagePath
    The folder of the package; the folder of this script if left out.

.PARAMETER KeepCertificate
    Leaves the certificate trusted: for a machine that soon gets another driver signed with it.

.EXAMPLE
    powershell -NoProfile -ExecutionPolicy Bypass -File .\uninstall.ps1

    Removes everything.

.EXAMPLE
    powershell -NoProfile -ExecutionPolicy Bypass -File .\uninstall.ps1 -WhatIf

    Says what would be removed.

.NOTES
    Exit codes: 0 removed, or nothing was there; 1 failed; 3 netioctl.exe, common.ps1 or the certificate is missing
    from the package; 4 not elevated; 3010 Windows must be restarted, then this script run once more.
#>
[CmdletBinding(SupportsShouldProcess = $true)]
param(
    [ValidateNotNullOrEmpty()]
    [string] $PackagePath = $PSScriptRoot,

    [switch] $KeepCertificate
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

$ExitDone = 0
$ExitFailed = 1
$ExitPackage = 3
$ExitNotElevated = 4
$ExitRestart = 3010

# How netioctl.exe ends when Windows must be restarted to finish.
$NetioctlRestart = 7

$common = Join-Path -Path $PSScriptRoot -ChildPath 'common.ps1'
if (-not (Test-Path -LiteralPath $common -PathType Leaf)) {
    Write-Warning "$common is missing: unpack the whole package into one folder."
    exit $ExitPackage
}
. $common

# Hands back an exit code.
function Uninstall-Driver {
    [CmdletBinding(SupportsShouldProcess = $true)]
    param()
    if (-not $PSCmdlet.ShouldProcess('netioctl', 'Remove the device, the service and the driver package')) {
        return $ExitDone
    }
    $removed = Invoke-Netioctl -Arguments 'driver', 'uninstall'
    if ($removed.ExitCode -notin 0, $NetioctlRestart) {
        Write-Warning "netioctl.exe driver uninstall ended with $($removed.ExitCode); see its message above."
        return $ExitFailed
    }
    $parts = @($removed.Json.devices) + @($removed.Json.service) + @($removed.Json.infs) |
        Where-Object -FilterScript { $_ }
    Write-Step $(if ($parts) { "Removed: $($parts -join ', ')." } else { 'No driver was installed.' })
    if ($removed.ExitCode -eq $NetioctlRestart) {
        Write-Warning 'Restart Windows, then run this script once more to finish.'
        return $ExitRestart
    }
    $left = Invoke-Netioctl -Arguments 'driver', 'status'
    if ($null -eq $left.Json -or $left.Json.installed -or $null -ne $left.Json.service) {
        Write-Warning 'The driver is still there: see "netioctl.exe driver status".'
        return $ExitFailed
    }
    $ExitDone
}

# Driver packages that no device uses any more: what an installation has left that failed half-way.
function Remove-StalePackage {
    [CmdletBinding(SupportsShouldProcess = $true)]
    param()
    $code = $ExitDone
    $stale = @(Get-WindowsDriver -Online | Where-Object -FilterScript {
            $_.OriginalFileName -and (Split-Path -Path $_.OriginalFileName -Leaf) -eq 'netioctl.inf'
        })
    foreach ($package in $stale) {
        if (-not $PSCmdlet.ShouldProcess($package.Driver, 'Delete the driver package from the driver store')) {
            continue
        }
        $pnputil = Join-Path -Path $env:SystemRoot -ChildPath 'System32\pnputil.exe'
        $output = & $pnputil /delete-driver $package.Driver /uninstall
        if ($LASTEXITCODE -eq $ExitRestart) {
            $code = $ExitRestart
        }
        elseif ($LASTEXITCODE -ne 0) {
            Write-Warning "pnputil /delete-driver $($package.Driver) ended with ${LASTEXITCODE}: $($output -join ' ')"
            return $ExitFailed
        }
        Write-Step "Deleted the driver package $($package.Driver)."
    }
    $code
}

function Remove-PackageCertificate {
    [CmdletBinding(SupportsShouldProcess = $true)]
    param([string] $Path)
    $certificate = New-Object -TypeName 'Security.Cryptography.X509Certificates.X509Certificate2' -ArgumentList $Path
    foreach ($store in 'Cert:\LocalMachine\TrustedPublisher', 'Cert:\LocalMachine\Root') {
        $item = "$store\$($certificate.Thumbprint)"
        if (-not (Test-Path -Path $item)) {
            Write-Step "The certificate is not in $store."
        }
        elseif ($PSCmdlet.ShouldProcess($store, "Remove the certificate $($certificate.Subject)")) {
            Remove-Item -Path $item
            Write-Step "Removed the certificate $($certificate.Thumbprint) from $store."
        }
    }
}

function Invoke-Removal {
    param([switch] $KeepCertificate)
    if (-not (Test-Elevation)) {
        Write-Warning 'Not elevated. To do: run this in a PowerShell opened with "Run as administrator".'
        return $ExitNotElevated
    }
    $certificate = Join-Path -Path $PackagePath -ChildPath 'netioctl-test.cer'
    foreach ($file in $certificate, (Join-Path -Path $PackagePath -ChildPath 'netioctl.exe')) {
        if (-not (Test-Path -LiteralPath $file -PathType Leaf)) {
            Write-Warning "$file is missing: unpack the whole package into one folder."
            return $ExitPackage
        }
    }
    $code = Uninstall-Driver
    if ($code -eq $ExitFailed) {
        return $code
    }
    # While Windows still holds the driver, its package is no stale one.
    if ($code -eq $ExitDone) {
        $code = Remove-StalePackage
    }
    if (-not $KeepCertificate) {
        Remove-PackageCertificate -Path $certificate
    }
    $code
}

try {
    $PackagePath = (Resolve-Path -LiteralPath $PackagePath).ProviderPath
    $code = Invoke-Removal -KeepCertificate:$KeepCertificate
}
catch {
    Write-Warning "$($_.Exception.Message) ($($_.InvocationInfo.PositionMessage))"
    $code = $ExitFailed
}
exit $code
