#Requires -Version 5.1

<#
.SYNOPSIS
    What install.ps1 and uninstall.ps1 have in common. They load it; by itself it does nothing.

.DESCRIPTION
    Its functions use the variable PackagePath of the script that loads it: the folder of the package.
#>

function Write-Step {
    param([string] $Message)
    Write-Information -MessageData $Message -InformationAction Continue
}

function Test-Elevation {
    $identity = [Security.Principal.WindowsIdentity]::GetCurrent()
    $principal = New-Object -TypeName 'Security.Principal.WindowsPrincipal' -ArgumentList $identity
    $principal.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)
}

# Runs netioctl.exe, whose messages go to the error output as they are, and hands back its JSON and exit code.
function Invoke-Netioctl {
    param([string[]] $Arguments)
    # With "Stop", some hosts make an exception of the first line that a program writes to its error output.
    $ErrorActionPreference = 'Continue'
    $program = Join-Path -Path $PackagePath -ChildPath 'netioctl.exe'
    $output = & $program @Arguments '--json'
    $code = $LASTEXITCODE
    $text = @($output) -join "`n"
    $json = if ([string]::IsNullOrWhiteSpace($text)) { $null } else { ConvertFrom-Json -InputObject $text }
    [PSCustomObject] @{ ExitCode = $code; Json = $json }
}
