# shellcheck shell=bash
# The files of a bundle change together. All that differ are first copied beside the installed ones, into .staged.new, and verified;
# then the folder is named .staged, its files are renamed to their places, the index last, and the folder is named .moved until the
# programs have been started again. After a loss of power at any point the old files are there, or `start` moves the rest at
# the next boot. A full disk is found before anything has changed.

# stage_files FROM TARGET copies what MODES (by path) names. SUMS: lines of hash and path.
stage_files() {
  local from=$1 target=$2 path wrong
  local -r new=$target/.staged.new
  local -a differ=()
  rm -rf -- "$new" || fail "$new cannot be removed"
  find_different "$target"
  ((${#differ[@]})) || ! cmp -s -- "$from/INDEX" "$target/INDEX" || return 0
  mkdir -p -- "$new" || fail "$new cannot be made; nothing was changed"
  if ! copy_files "$from" "$new"; then
    rm -rf -- "$new"
    fail "$target cannot be written; nothing was changed"
  fi
  sync -f "$new" 2>/dev/null
  mv -T -- "$new" "$target/.staged" || fail "$target/.staged cannot be written"
}

# Adds to `differ` the paths whose content or mode is another one in TARGET.
find_different() {
  local mode path
  local -A same=() modes=()
  while IFS= read -r path; do same[${path%: OK}]=yes; done < <(cd -- "$1" && printf %s "$SUMS" | sha256sum --check 2>/dev/null | grep ': OK$')
  while read -r mode path; do modes[$path]=$mode; done < <(cd -- "$1" && stat -c '%04a %n' -- "${!MODES[@]}" 2>/dev/null)
  for path in "${!MODES[@]}"; do
    [[ -n ${same[$path]-} && ${modes[$path]} == "${MODES[$path]}" ]] || differ+=("$path")
  done
}

# Fails unless every copy has the hash of the index.
copy_files() {
  local path
  local -a programs=() others=(INDEX)
  for path in "${differ[@]}"; do
    if [[ ${MODES[$path]} == 0755 ]]; then programs+=("$path"); else others+=("$path"); fi
  done
  (cd -- "$1" && cp --parents -- "${others[@]}" "${programs[@]}" "$2") &&
    (cd -- "$2" && chmod 0644 -- "${others[@]}" && { ((${#programs[@]} == 0)) || chmod 0755 -- "${programs[@]}"; }) &&
    cmp -s -- "$1/INDEX" "$2/INDEX" &&
    { ((${#differ[@]} == 0)) || (cd -- "$2" && printf %s "$SUMS" | sha256sum --check --quiet --ignore-missing >/dev/null 2>&1); }
}

# finish_staged TARGET moves staged files to their places; succeeds when there were some.
finish_staged() {
  local target=$1 path
  local -a folders=() missing=()
  [[ -e $target/.staged ]] || return 1
  [[ ! -e $target/.staged/INDEX ]] || remove_old_files "$target" "$target/.staged/INDEX"
  while IFS= read -r path; do
    path=${path#./}
    folders+=("$path")
    [[ -d $target/$path ]] || missing+=("$target/$path")
  done < <(cd -- "$target/.staged" && find . -type d)
  ((${#missing[@]} == 0)) || mkdir -p -- "${missing[@]}" || fail "$target cannot be written"
  for path in "${folders[@]}"; do move_staged "$target" "$path"; done
  [[ ! -e $target/.staged/INDEX ]] || mv -f -- "$target/.staged/INDEX" "$target/INDEX" || fail "$target/INDEX cannot be written"
  sync -f "$target" 2>/dev/null
  rm -rf -- "$target/.moved"
  mv -T -- "$target/.staged" "$target/.moved" || fail "$target/.moved cannot be written"
}

# The files of one folder.
move_staged() {
  local target=$1 folder=$2 path
  local -a files=()
  for path in "$target/.staged/$folder"/*; do
    [[ ! -f $path || $path == "$target/.staged/./INDEX" ]] || files+=("$path")
  done
  ((${#files[@]})) || return 0
  mv -f -t "$target/$folder" -- "${files[@]}" || fail "$target/$folder cannot be written"
  folder=$target/$folder/
  for path in "${files[@]}"; do did "${folder/%\/.\///}${path##*/}"; done
}

# remove_old_files TARGET INDEX removes files of the installed index that INDEX does not have. The agent's package stays.
remove_old_files() {
  local target=$1 path
  local -A wanted=()
  while read -r _ _ path; do wanted[$path]=yes; done <"$2"
  [[ -r $target/INDEX ]] || return 0
  while read -r _ _ path; do
    [[ -n $path && $path != "$AGENT_PACKAGE" && $path != /* && /$path/ != */../* && -z ${wanted[$path]-} && -f $target/$path ]] || continue
    rm -f -- "$target/$path" || fail "$target/$path cannot be removed"
    did "removed $target/$path, which is not in this bundle"
  done <"$target/INDEX"
}
