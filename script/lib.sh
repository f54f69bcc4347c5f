# shellcheck shell=bash
# What the scripts of this folder share. Source it, do not run it:
#
#   . "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Colours only for a person at a terminal; NO_COLOR switches them off there too.
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
  bold=$'\e[1m' dim=$'\e[2m' red=$'\e[31m' plain=$'\e[0m'
else
  bold='' dim='' red='' plain=''
fi

# A step, announced before it is done.
say() { printf '%s==>%s %s\n' "$bold" "$plain" "$*"; }

# A detail of the step.
note() { printf '    %s%s%s\n' "$dim" "$*" "$plain"; }

# The end: the first argument says what is wrong, each further one is a line on what to do about it.
fail() {
  printf '%s%s: %s%s\n' "$red" "$(basename "$0")" "$1" "$plain" >&2
  shift
  [ $# -eq 0 ] || printf '  %s\n' "$@" >&2
  exit 1
}

# A DuckDB in a prefix of one's own is found by the build and by the programs that it makes.
if [ -n "${PREFIX:-}" ]; then
  export PKG_CONFIG_PATH="$PREFIX/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
  export LD_LIBRARY_PATH="$PREFIX/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
fi

# Is this a command that can be run?
have() { command -v "$1" >/dev/null 2>&1; }

# Can something be done as root: as ourselves, or through sudo?
can_be_root() {
  [ "$(id -u)" -eq 0 ] || { have sudo && { [ -t 0 ] || sudo -n true 2>/dev/null; }; }
}

# Runs a command as root. Ask can_be_root first where a better message than sudo's is wanted.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# Prints those of the given Debian packages that are not installed.
missing_packages() {
  local package state installed=' '
  while read -r package state; do
    [ "$state" != 'installed' ] || installed+="$package "
  done < <(dpkg-query --show --showformat='${Package} ${db:Status-Status}\n' "$@" 2>/dev/null)
  for package in "$@"; do
    case $installed in *" $package "*) ;; *) printf '%s\n' "$package" ;; esac
  done
}

# apt's lists are fetched at most once in a run, and only when there are none or they are over a day old.
package_lists_are_fresh=''
refresh_package_lists() {
  [ -z "$package_lists_are_fresh" ] || return 0
  if [ "${1:-}" != 'always' ] && compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null &&
    [ -n "$(find /var/lib/apt/lists -maxdepth 0 -mtime -1)" ]; then
    return 0
  fi
  note "fetching apt's package lists"
  as_root apt-get update -qq ||
    fail 'apt-get update failed.' 'Look at the lines above: a network or a wrong entry in /etc/apt/sources.list.'
  package_lists_are_fresh=yes
}

# need_apt WHY PACKAGE...: installs the packages that are not there yet; quick and offline when all are.
need_apt() {
  local why=$1 missing
  shift
  have dpkg-query || fail "These packages are needed $why: $*" \
    'This script installs them on Debian with apt, which is not here.' \
    'Install their counterparts by hand.'
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0

  say "Installing ${missing[*]} ($why)"
  can_be_root || fail 'Debian packages are missing, and this user is neither root nor has sudo.' \
    'Have someone who is root run:' "  apt-get install --no-install-recommends ${missing[*]}" 'Then run this again.'
  refresh_package_lists
  # Lists younger than a day can still name a version that the mirrors have replaced: try once more with new ones.
  install_packages "${missing[@]}" ||
    { refresh_package_lists always && install_packages "${missing[@]}"; } ||
    fail "apt-get could not install: ${missing[*]}" \
      "Look at apt's lines above; when a package is not found, this may not be Debian 12."
}

install_packages() {
  as_root env DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes apt-get install -qq --no-install-recommends \
    -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=120 "$@" >/dev/null
}
