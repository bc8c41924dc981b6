import { type Capture, leastPart, mostParts, share, type ToolHere } from './script.ts';

/**
 * The same in PowerShell 5.1, by its documentation: it was never run on a Windows machine. There is no file system in memory: a tool that comes from a
 * bucket is written into the folder for temporary files, and WinPmem unpacks its driver there; the dump is not.
 */
const fetched = ({ from, sha256 }: ToolHere): string => `$ErrorActionPreference = 'Stop'
$from = '${from}'
$tool = Join-Path $env:TEMP ([IO.Path]::GetRandomFileName() + '.exe')
try {
  if ($from.StartsWith('http')) { Invoke-WebRequest -UseBasicParsing -Uri $from -OutFile $tool -TimeoutSec 60 } else { Copy-Item $from $tool }
} catch { 'why no-file'; exit 0 }
$have = (Get-FileHash -Algorithm SHA256 $tool).Hash.ToLower()
if ($have -ne '${sha256}') { Remove-Item $tool; 'why other-tool'; "have $have"; exit 0 }`;

const streaming = (words: string, within: number): string => `$until = (Get-Date).AddSeconds(${within})
$bytes = (Get-CimInstance Win32_ComputerSystem).TotalPhysicalMemory
$part = New-Object byte[] ([Math]::Max(${leastPart}MB, [Math]::Min(2000MB, [Math]::Ceiling($bytes / ${share}))))
$start = New-Object Diagnostics.ProcessStartInfo $tool, '${words}'
$start.UseShellExecute = $false
$start.RedirectStandardOutput = $true
$run = [Diagnostics.Process]::Start($start)
$dump = $run.StandardOutput.BaseStream
$all = [Security.Cryptography.SHA256]::Create()
$md5 = [Security.Cryptography.MD5]::Create()
$n = 0; $size = 0; $ended = ''; $status = 0
while (-not $ended) {
  if ((Get-Date) -ge $until) { $ended = 'cap'; break }
  if ($n -ge ${mostParts}) { $ended = 'full'; break }
  $filled = 0
  while ($filled -lt $part.Length -and ($read = $dump.Read($part, $filled, $part.Length - $filled)) -gt 0) { $filled += $read }
  if ($filled -eq 0) { $ended = 'tool'; break }
  [void]$all.TransformBlock($part, 0, $filled, $null, 0)
  $n += 1; $size += $filled
  for ($try = 1; $try -le 3; $try++) {
    try {
      $put = [Net.WebRequest]::Create($template.Replace('@N', "$n").Replace('@S', $signatures[$n - 1]))
      $put.Method = 'PUT'; $put.ContentLength = $filled; $put.AllowWriteStreamBuffering = $false; $put.Timeout = 300000
      $put.Headers.Add('Content-MD5', [Convert]::ToBase64String($md5.ComputeHash($part, 0, $filled)))
      $body = $put.GetRequestStream(); $body.Write($part, 0, $filled); $body.Close()
      $put.GetResponse().Close(); $status = 0; break
    } catch {
      $answer = $_.Exception.GetBaseException().Response
      $status = if ($answer) { [int]$answer.StatusCode } else { 599 }
      if ($status -lt 500) { break }
      Start-Sleep 1
    }
  }
  if ($status) { $ended = 'refused' }
}
if (-not $run.HasExited -and $ended -ne 'tool') { $run.Kill() }
$run.WaitForExit()
Remove-Item $tool
"ran $have"; "ended $ended"; "parts $n"; "size $size"; "code $($run.ExitCode)"; "status $status"
if ($ended -ne 'refused') {
  [void]$all.TransformFinalBlock($part, 0, 0)
  "sha256 $([BitConverter]::ToString($all.Hash).Replace('-', '').ToLower())"
}`;

/** What a Windows instance runs. */
export const windowsScript = (tool: ToolHere, { template, signatures, within }: Capture): string =>
  [
    fetched(tool),
    `$template = '${template}'\n$signatures = @'\n${signatures.join('\n')}\n'@ -split "\\s+"`,
    streaming(tool.arguments, within),
  ].join('\n');
