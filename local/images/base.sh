#!/bin/bash
# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
#
# Make the root file system that every host of the local stack starts from: Debian 13 with
# systemd and sshd, and the unprivileged user `ubuntu` with sudo, as on an Ubuntu AMI.
#
# usage: base.sh OUTPUT.tar
#   LAUNCH_DEBIAN_MIRROR            archive to use instead of mmdebstrap's default
#   LAUNCH_DEBIAN_SECURITY_MIRROR   its security archive (default: the archive's sibling debian-security)
set -euo pipefail
output=$1
suite=trixie
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

packages=(
    systemd systemd-sysv dbus                 # a real init, so that units, sandboxes and reboots are real
    openssh-server sudo python3 python3-apt   # what Ansible needs on a host
    acl ca-certificates iproute2 netbase procps
)

sources=()
if [ -n "${LAUNCH_DEBIAN_MIRROR:-}" ]; then
    archive=${LAUNCH_DEBIAN_MIRROR%/}
    security=${LAUNCH_DEBIAN_SECURITY_MIRROR:-${archive%/debian}/debian-security}
    sources=("deb $archive $suite main" "deb $archive $suite-updates main" "deb $security $suite-security main")
fi

# mmdebstrap ignores the machine's own apt settings; a proxy has to be handed on, also to the hosts.
proxy=()
for scheme in http https; do
    eval "$(apt-config shell address "Acquire::$scheme::Proxy")"
    if [ -n "${address:-}" ]; then
        proxy+=("--aptopt=Acquire::$scheme::Proxy \"$address\"")
    fi
    unset address
done

cat > "$work/customize" <<'HOOK'
#!/bin/bash
set -euo pipefail
root=$1

# Nothing in a container needs these, and they delay or never finish the boot.
chroot "$root" systemctl mask systemd-logind.service systemd-networkd-wait-online.service \
    apt-daily.timer apt-daily-upgrade.timer getty.target

chroot "$root" useradd --create-home --shell /bin/bash --uid 1000 ubuntu
echo 'ubuntu ALL=(ALL) NOPASSWD:ALL' > "$root/etc/sudoers.d/90-ubuntu"
chmod 440 "$root/etc/sudoers.d/90-ubuntu"

cat > "$root/etc/ssh/sshd_config.d/10-launch.conf" <<'SSHD'
PermitRootLogin no
PasswordAuthentication no
KbdInteractiveAuthentication no
HostKey /etc/ssh/ssh_host_ed25519_key
SSHD

# Host keys belong to a host, not to an image: each makes its own at its first boot.
rm -f "$root"/etc/ssh/ssh_host_*
mkdir -p "$root/etc/systemd/system/ssh.service.d"
cat > "$root/etc/systemd/system/ssh.service.d/hostkey.conf" <<'UNIT'
[Service]
ExecStartPre=
ExecStartPre=/bin/sh -c 'test -e /etc/ssh/ssh_host_ed25519_key || ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_ed25519_key'
ExecStartPre=/usr/sbin/sshd -t
UNIT

: > "$root/etc/machine-id"
HOOK
chmod +x "$work/customize"

# The package lists stay, compressed: a host's first apt task then needs no update. (mmdebstrap would
# empty them with a fresh time stamp, which apt's cache_valid_time takes for a valid cache.)
mmdebstrap --variant=minbase --quiet \
    --aptopt='Acquire::Languages "none"' \
    --aptopt='Acquire::Retries "5"' \
    --aptopt='Acquire::GzipIndexes "true"' \
    --aptopt='APT::Install-Recommends "false"' \
    "${proxy[@]}" \
    --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    --dpkgopt=force-unsafe-io \
    --skip=cleanup/apt/lists \
    --include="$(IFS=,; echo "${packages[*]}")" \
    --customize-hook="$work/customize" \
    "$suite" "$output" "${sources[@]}"
