import { type Capture, leastPart, mostParts, share, type ToolHere } from './script.ts';

/** By the machine's own word for its kind of processor (uname -m). */
export type LinuxTools = { readonly [Machine in 'x86_64' | 'aarch64']?: ToolHere | undefined };

const chosen = (tools: LinuxTools): string => {
  const cases = Object.entries(tools).flatMap(([machine, tool]) =>
    tool ? [`${machine}) from='${tool.from}'; wanted=${tool.sha256}; words='${tool.arguments}' ;;`] : [],
  );
  return `case $(uname -m) in\n${cases.join('\n')}\n*) echo 'why no-tool'; exit 0 ;;\nesac`;
};

/**
 * Nothing is written but into memory (tmpfs): the disk is evidence. A folder where no program may run is of no use. Two braces that open would be a
 * parameter to Systems Manager (its guide, "Data elements and parameters").
 */
const room = `umask 077
export LC_ALL=C
d=
for one in /dev/shm /run; do
  d=$(mktemp -d "$one/XXXXXXXXXX" 2> /dev/null) || continue
  trap 'rm -rf "$d"' EXIT
  printf '#!/bin/sh\\n' > "$d/tool" && chmod 700 "$d/tool" && "$d/tool" 2> /dev/null && break
  rm -rf "$d"; d=
done
[ -n "$d" ] || { echo 'why no-room'; exit 0; }
trap 'exit 1' HUP INT TERM
for one in curl openssl sha256sum mkfifo; do command -v $one > /dev/null || { echo 'why no-programs'; exit 0; }; done`;

/** Hashed where it is run from: whatever lies at its path may be changed meanwhile. An address on a command line would be seen by every user. */
const fetched = `fetch() { printf 'url = "%s"\\n' "$1" | curl -s -f -K - "$2" "$3" "$4" "$5"; }
case $from in
/*) cat "$from" > "$d/tool" ;;
*) fetch "$from" -m 60 -o "$d/tool" ;;
esac || { echo 'why no-file'; exit 0; }
have=$(sha256sum < "$d/tool" | cut -d ' ' -f 1)
[ "$have" = "$wanted" ] || { printf 'why other-tool\\nhave %s\\n' "$have"; exit 0; }`;

/** A part is tried three times, but not where S3 says no: then the upload is over, or the address. */
const putting = `put() {
  signature=$(printf '%s\\n' $signatures | sed -n "$1p")
  url=$(printf '%s' "$template" | sed "s/@N/$1/; s/@S/$signature/")
  md5=$(openssl dgst -md5 -binary < "$2" | openssl base64)
  for try in 1 2 3; do
    code=$(printf 'url = "%s"\\n' "$url" | curl -s -K - -m 300 -o /dev/null -w '%{http_code}' -H 'Expect:' -H "Content-MD5: $md5" -T "$2")
    case $code in 200) return 0 ;; 4*) break ;; esac
    sleep 1
  done
  echo "$code" > "$d/status"
  return 1
}`;

/**
 * One part is on its way while the next is read. All that is read goes by `sha256sum`; its word counts only where all of it has arrived. Where nobody reads any
 * more, the tool ends by itself.
 */
const streaming = (within: number): string => `kib=$(awk '$1 == "MemTotal:" { print $2 }' /proc/meminfo)
mib=$(( \${kib:-0} / 1024 / ${share} + 1 ))
[ $mib -ge ${leastPart} ] || mib=${leastPart}
until=$(( $(date +%s) + ${within} ))
mkfifo "$d/dump" "$d/all"
"$d/tool" $words > "$d/dump" 2> /dev/null & tool=$!
sha256sum < "$d/all" > "$d/sum" & hashing=$!
exec 3< "$d/dump" 4> "$d/all"
n=0; size=0; going=; ended=
while [ -z "$ended" ]; do
  [ $(date +%s) -lt $until ] || { ended=cap; break; }
  [ $n -lt ${mostParts} ] || { ended=full; break; }
  part="$d/part$(( (n + 1) % 2 ))"
  dd bs=1048576 count=$mib iflag=fullblock <&3 2> /dev/null | tee "$part" >&4
  [ -s "$part" ] || { ended=tool; break; }
  size=$(( size + $(wc -c < "$part") )); n=$(( n + 1 ))
  if [ -n "$going" ]; then wait $going || { going=; ended=refused; break; }; fi
  put $n "$part" 3<&- 4>&- & going=$!
done
if [ -n "$going" ]; then wait $going || ended=refused; fi
exec 3<&- 4>&-
wait $tool; code=$?
wait $hashing
printf 'ran %s\\nended %s\\nparts %s\\nsize %s\\ncode %s\\nstatus %s\\n' $wanted $ended $n $size $code "$(cat "$d/status" 2> /dev/null || echo 0)"
[ $ended = refused ] || printf 'sha256 %s\\n' "$(cut -d ' ' -f 1 "$d/sum")"`;

/** What a Linux instance runs. */
export const linuxScript = (tools: LinuxTools, { template, signatures, within }: Capture): string =>
  [
    chosen(tools),
    room,
    fetched,
    `template='${template}'\nsignatures='${signatures.join('\n')}'`,
    putting,
    streaming(within),
  ].join('\n');
