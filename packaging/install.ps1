#Requires -Version 5.1

<#
.SYNOPSIS
    Installs the netioctl driver package on a test machine.

.DESCRIPTION
    Checks that this session is elevated, that the machine takes a test-signed x64 kernel driver, and that the package
    is whole (SHA256SUMS). Then it trusts the package's certificate (LocalMachine\Root and
    LocalMachine\TrustedPublisher) and installs through "netioctl.exe driver install". The installation counts as done
    when the device opens and the driver tells its version ("netioctl.exe driver status").

    Nothing is changed before every check has passed. Running it again is harmless: what is there already stays, and a
    driver that is the same and works is not replaced. One that works is replaced in place, and comes back if its
    successor does not work. Boot settings are never changed; where one is in the way, the
    script says which command changes it.

    For test machines: the certificate's owner can sign programs and drivers that this machine will trust. uninstall.ps1
    removes it again.

.PARAMETER PackagePath
    The folder of the package; the folder of this script if left out.

.PARAMETER IgnoreMachineState
    Installs even if the machine does not seem to take a test-signed driver: for a machine that a kernel debugger has
    made accept it, or a package that is signed for production.

.PARAMETER Force
    Replaces the driver even if the same one is installed and works.

.PARAMETER AllowOperators
    Lets members of Network Configuration Operators make changes through the driver, too. Without it only administrators
    may, as with the same calls in user mode. It replaces the driver, even if the same one is installed and works.

.EXAMPLE
    powershell -NoProfile -ExecutionPolicy Bypass -File .\install.ps1

    Checks and installs.

.EXAMPLE
    powershell -NoProfile -ExecutionPolicy Bypass -File .\install.ps1 -WhatIf

    Checks, and says what would be done.

.NOTES
    Exit codes: 0 installed, and it answers (-WhatIf: everything is ready); 1 failed; 3 the package is incomplete or
    damaged; 4 not elevated; 6 the machine is not ready; 3010 Windows must be restarted to finish.
    The codes 3 and 4 mean the same as those of netioctl.exe, 3010 is ERROR_SUCCESS_REBOOT_REQUIRED.
#>
[CmdletBinding(SupportsShouldProcess = $true)]
param(
    [ValidateNotNullOrEmpty()]
    [string] $PackagePath = $PSScriptRoot,

    [switch] $IgnoreMachineState,

    [switch] $Force,

    [switch] $AllowOperators
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

$ExitDone = 0
$ExitFailed = 1
$ExitPackage = 3
$ExitNotElevated = 4
$ExitMachine = 6
$ExitRestart = 3010

# How netioctl.exe ends when Windows must be restarted to finish.
$NetioctlRestart = 7

$common = Join-Path -Path $PSScriptRoot -ChildPath 'common.ps1'
if (-not (Test-Path -LiteralPath $common -PathType Leaf)) {
    Write-Warning "$common is missing: unpack the whole package into one folder."
    exit $ExitPackage
}
. $common

# What SHA256SUMS must vouch for: everything that is used below.
$NeededFiles = @('netioctl.sys', 'netioctl.inf', 'netioctl.cat', 'netioctl.exe', 'netioctl-test.cer', 'common.ps1')

# SystemCodeIntegrityInformation of NtQuerySystemInformation, and two of its flags.
$CodeIntegrityClass = 103
$CodeIntegrityTestSign = 0x02
$CodeIntegrityHvci = 0x400

function Get-Problem {
    param([int] $ExitCode, [string] $Message)
    [PSCustomObject] @{ ExitCode = $ExitCode; Message = $Message }
}

# What the running kernel enforces. The boot configuration only says what it was asked for.
function Get-CodeIntegrityOption {
    Add-Type -Namespace 'NetioctlSetup' -Name 'NativeMethods' -MemberDefinition @'
[DllImport("ntdll.dll")]
public static extern int NtQuerySystemInformation(
    int informationClass, [In, Out] uint[] information, int length, IntPtr returnLength);
'@
    # SYSTEM_CODEINTEGRITY_INFORMATION: its own length, then the options.
    $information = [uint32[]] @(8, 0)
    $status = [NetioctlSetup.NativeMethods]::NtQuerySystemInformation(
        $CodeIntegrityClass, $information, 8, [IntPtr]::Zero)
    if ($status -lt 0) {
        throw ('NtQuerySystemInformation failed with status 0x{0:X8}.' -f $status)
    }
    $information[1]
}

# False also where the firmware has none, or does not say: only the advice depends on it.
function Test-SecureBoot {
    try {
        [bool] (Confirm-SecureBootUEFI)
    }
    catch {
        Write-Verbose -Message "Confirm-SecureBootUEFI: $($_.Exception.Message)"
        $false
    }
}

function Get-SigningProblem {
    $options = Get-CodeIntegrityOption
    $secureBoot = Test-SecureBoot
    $testSigning = ($options -band $CodeIntegrityTestSign) -ne 0
    $hvci = ($options -band $CodeIntegrityHvci) -ne 0
    Write-Step ('Test signing: {0}. Secure Boot: {1}. Memory integrity (HVCI): {2}.' -f
        $(if ($testSigning) { 'on' } else { 'off' }),
        $(if ($secureBoot) { 'on' } else { 'off' }),
        $(if ($hvci) { 'on; it may stay on' } else { 'off; the driver is made for both' }))
    if ($testSigning) {
        return
    }
    $steps = @()
    if ($secureBoot) {
        $steps += 'switch Secure Boot off in the firmware of the (virtual) machine: it forbids test signing'
    }
    $steps += 'if BitLocker protects the system drive: suspend it ("manage-bde -protectors -disable C: -RebootCount 2")'
    $steps += 'run "bcdedit /set testsigning on" in an elevated prompt, restart, and run this script again'
    Get-Problem -ExitCode $ExitMachine -Message ('Test signing is off. To do: ' + ($steps -join '; ') + '.')
}

# The oldest build of Windows that the package is for, as its INF says it to Windows; nothing where there is no such INF,
# which is a problem of the package.
function Get-OldestBuild {
    $inf = Join-Path -Path $PackagePath -ChildPath 'netioctl.inf'
    if (Test-Path -LiteralPath $inf -PathType Leaf) {
        $line = Select-String -LiteralPath $inf -Pattern '^%Provider%\s*=.*,NTamd64\.10\.0\.\.\.([0-9]+)'
        if ($null -ne $line) {
            [int] $line.Matches[0].Groups[1].Value
        }
    }
}

function Get-SystemProblem {
    # The machine's own architecture: the variable of the process tells that of an emulated process.
    $key = 'HKLM:\SYSTEM\CurrentControlSet\Control\Session Manager\Environment'
    $architecture = Get-ItemPropertyValue -Path $key -Name 'PROCESSOR_ARCHITECTURE'
    if ($architecture -ne 'AMD64') {
        Get-Problem -ExitCode $ExitMachine -Message "This machine is $architecture; the driver is for x64 machines."
    }
    elseif (-not [Environment]::Is64BitProcess) {
        Get-Problem -ExitCode $ExitMachine -Message 'This is a 32-bit PowerShell: use the 64-bit one.'
    }
    $version = [Environment]::OSVersion.Version
    $oldest = Get-OldestBuild
    if ($null -ne $oldest -and ($version.Major -lt 10 -or $version.Build -lt $oldest)) {
        Get-Problem -ExitCode $ExitMachine -Message "This is Windows $version; the driver needs build $oldest or later."
    }
}

# The lines of SHA256SUMS, as name and hash. A name must be that of a file in the same folder, without a path.
function Read-Checksum {
    param([string] $Path)
    foreach ($line in @(Get-Content -LiteralPath $Path -Encoding UTF8)) {
        if ($line -match '^\s*$') {
            continue
        }
        if ($line -match '^(?<Hash>[0-9A-Fa-f]{64}) [ *](?<Name>[A-Za-z0-9][A-Za-z0-9._-]*)$') {
            [PSCustomObject] @{ Name = $Matches['Name']; Hash = $Matches['Hash'] }
        }
        else {
            throw "SHA256SUMS has a line that is no checksum: $line"
        }
    }
}

function Get-PackageProblem {
    $sums = Join-Path -Path $PackagePath -ChildPath 'SHA256SUMS'
    if (-not (Test-Path -LiteralPath $sums -PathType Leaf)) {
        return Get-Problem -ExitCode $ExitPackage -Message "$sums is missing: unpack the whole package into one folder."
    }
    try {
        $checksums = @(Read-Checksum -Path $sums)
    }
    catch {
        return Get-Problem -ExitCode $ExitPackage -Message $_.Exception.Message
    }
    foreach ($checksum in $checksums) {
        $file = Join-Path -Path $PackagePath -ChildPath $checksum.Name
        if (-not (Test-Path -LiteralPath $file -PathType Leaf)) {
            Get-Problem -ExitCode $ExitPackage -Message "$file is missing: unpack the whole package into one folder."
        }
        elseif ((Get-FileHash -LiteralPath $file -Algorithm SHA256).Hash -ne $checksum.Hash) {
            Get-Problem -ExitCode $ExitPackage -Message "$file is not what SHA256SUMS lists: get the package anew."
        }
    }
    $listed = @($checksums | ForEach-Object -MemberName Name)
    foreach ($name in $NeededFiles) {
        if ($listed -notcontains $name) {
            Get-Problem -ExitCode $ExitPackage -Message "SHA256SUMS does not list ${name}: get the package anew."
        }
    }
}

function Get-PackageCertificate {
    $path = Join-Path -Path $PackagePath -ChildPath 'netioctl-test.cer'
    New-Object -TypeName 'Security.Cryptography.X509Certificates.X509Certificate2' -ArgumentList $path
}

# It would be no use to trust a certificate that did not sign the package.
function Get-SignatureWarning {
    param([Security.Cryptography.X509Certificates.X509Certificate2] $Certificate)
    if ($Certificate.NotAfter -lt (Get-Date)) {
        "The certificate expired on $($Certificate.NotAfter): a signature without a timestamp is worth nothing now."
    }
    foreach ($name in 'netioctl.sys', 'netioctl.cat') {
        $signature = Get-AuthenticodeSignature -FilePath (Join-Path -Path $PackagePath -ChildPath $name)
        if ($null -eq $signature.SignerCertificate) {
            "$name is not signed: Windows will not load the driver."
        }
        elseif ($signature.SignerCertificate.Thumbprint -ne $Certificate.Thumbprint) {
            "$name is signed by $($signature.SignerCertificate.Subject), not by the certificate of the package."
        }
    }
}

# Whether the service runs the very image of this package.
function Test-SameImage {
    $key = 'HKLM:\SYSTEM\CurrentControlSet\Services\netioctl'
    $service = Get-ItemProperty -Path $key -Name 'ImagePath' -ErrorAction SilentlyContinue
    if ($null -eq $service) {
        return $false
    }
    $image = $service.ImagePath -replace '^\\\?\?\\', '' -replace '^\\?SystemRoot\\', "$env:SystemRoot\"
    if (-not [IO.Path]::IsPathRooted($image)) {
        $image = Join-Path -Path $env:SystemRoot -ChildPath $image
    }
    if (-not (Test-Path -LiteralPath $image -PathType Leaf)) {
        return $false
    }
    $packaged = Join-Path -Path $PackagePath -ChildPath 'netioctl.sys'
    (Get-FileHash -LiteralPath $image -Algorithm SHA256).Hash -eq
        (Get-FileHash -LiteralPath $packaged -Algorithm SHA256).Hash
}

function Import-PackageCertificate {
    [CmdletBinding(SupportsShouldProcess = $true)]
    param([Security.Cryptography.X509Certificates.X509Certificate2] $Certificate)
    $file = Join-Path -Path $PackagePath -ChildPath 'netioctl-test.cer'
    foreach ($store in 'Cert:\LocalMachine\Root', 'Cert:\LocalMachine\TrustedPublisher') {
        if (Test-Path -Path "$store\$($Certificate.Thumbprint)") {
            Write-Step "The certificate is in $store already."
        }
        elseif ($PSCmdlet.ShouldProcess($store, "Trust the certificate $($Certificate.Subject)")) {
            $null = Import-Certificate -FilePath $file -CertStoreLocation $store
            Write-Step "The certificate $($Certificate.Thumbprint) is now in $store."
        }
    }
}

# Hands back the exit code of this script.
function Install-Driver {
    [CmdletBinding(SupportsShouldProcess = $true)]
    param([switch] $Force, [switch] $AllowOperators)
    $status = Invoke-Netioctl -Arguments 'driver', 'status'
    if ($status.ExitCode -eq 0 -and (Test-SameImage) -and -not $Force -and -not $AllowOperators) {
        Write-Step "This driver, version $($status.Json.driver_version), is installed already and answers."
        return $ExitDone
    }
    $inf = Join-Path -Path $PackagePath -ChildPath 'netioctl.inf'
    if (-not $PSCmdlet.ShouldProcess($inf, 'Install the driver, replacing an installed one')) {
        return $ExitDone
    }
    $arguments = @('driver', 'install', '--inf', $inf)
    if ($AllowOperators) {
        $arguments += '--allow-operators'
    }
    $installed = Invoke-Netioctl -Arguments $arguments
    if ($installed.ExitCode -eq $NetioctlRestart) {
        Write-Warning 'Restart Windows, then run this script again: it goes on, or finds everything in place.'
        return $ExitRestart
    }
    if ($installed.ExitCode -ne 0) {
        Write-Warning "netioctl.exe driver install ended with $($installed.ExitCode); see its message above."
        Write-Warning 'The certificate stays trusted for another try; uninstall.ps1 removes it.'
        return $ExitFailed
    }
    $status = Invoke-Netioctl -Arguments 'driver', 'status'
    if ($status.ExitCode -ne 0) {
        Write-Warning "The driver was installed, but does not answer (exit code $($status.ExitCode))."
        return $ExitFailed
    }
    Write-Step ("Installed: driver $($status.Json.driver_version), device $($installed.Json.device). " +
        'It opens and answers.')
    $ExitDone
}

function Invoke-Setup {
    param([switch] $IgnoreMachineState, [switch] $Force, [switch] $AllowOperators)
    if (-not (Test-Elevation)) {
        Write-Warning 'Not elevated. To do: run this in a PowerShell opened with "Run as administrator".'
        return $ExitNotElevated
    }
    $problems = @(Get-SystemProblem) + @(Get-SigningProblem)
    if ($IgnoreMachineState) {
        $problems | ForEach-Object -Process { Write-Warning "Ignored: $($_.Message)" }
        $problems = @()
    }
    $problems += @(Get-PackageProblem)
    $problems | ForEach-Object -Process { Write-Warning $_.Message }
    # A program of a package that is not whole is not started, whatever was asked for.
    if ($problems.Count -gt 0) {
        return $problems[0].ExitCode
    }
    $certificate = Get-PackageCertificate
    @(Get-SignatureWarning -Certificate $certificate) | ForEach-Object -Process { Write-Warning $_ }
    Import-PackageCertificate -Certificate $certificate
    Install-Driver -Force:$Force -AllowOperators:$AllowOperators
}

try {
    $PackagePath = (Resolve-Path -LiteralPath $PackagePath).ProviderPath
    $code = Invoke-Setup -IgnoreMachineState:$IgnoreMachineState -Force:$Force -AllowOperators:$AllowOperators
}
catch {
    Write-Warning "$($_.Exception.Message) ($($_.InvocationInfo.PositionMessage))"
    $code = $ExitFailed
}
exit $code
