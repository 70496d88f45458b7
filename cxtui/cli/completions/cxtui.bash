# bash completion for cxtui; source it, or keep it as
# ~/.local/share/bash-completion/completions/cxtui
_cxtui() {
    local line="${COMP_LINE:0:COMP_POINT}" value
    COMPREPLY=()
    while IFS= read -r value; do
        COMPREPLY+=("$value")
    done < <("$1" __complete bash "$line" 2>/dev/null)
    case "${COMPREPLY[0]}" in
        */ | *=) ((${#COMPREPLY[@]} == 1)) && compopt -o nospace ;;
    esac
}
complete -F _cxtui cxtui
