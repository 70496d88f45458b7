# fish completion for cxtui; source it, or keep it as ~/.config/fish/completions/cxtui.fish
function __cxtui_complete
    set -l words (commandline -opc)
    $words[1] __complete fish $words[2..-1] (commandline -ct) 2>/dev/null
end
complete -c cxtui -f -a '(__cxtui_complete)'
