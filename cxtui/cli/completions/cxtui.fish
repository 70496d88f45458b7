# fish completion for cxtui; source it, or keep it as ~/.config/fish/completions/cxtui.fish
function __cxtui_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    # The word as it will be; its quote may still be open.
    set -l current (string unescape -- $typed; or string unescape -- $typed\'; or string unescape -- $typed\"; or echo -- $typed)
    $words[1] __complete fish $words[2..-1] "$current" 2>/dev/null
end
complete -c cxtui -f -a '(__cxtui_complete)'
