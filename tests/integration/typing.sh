#!/usr/bin/env bash
# Typing while others speak, at real terminals: telnet and nc in tmux, whose screen is read back and compared.
. "${BASH_SOURCE%/*}/daemon.sh"

columns=60
rows=16

# in_tmux COMMAND...: to the tmux of this client.  Each has one of its own: one that was told to end may still take
# commands, and drop them.
in_tmux() {
    tmux -u -S "$scratch/tmux.$backend.$terminals" -f /dev/null "$@"
}
terminals=0

# tmux loses a joiner at which one of its reads of the client ends.
joiner=$'\u200d'

# The screen without what is empty at its end, and without joiners, and then where the cursor is.
screen() {
    in_tmux capture-pane -p | sed -e "s/$joiner//g" -e :a -e '/^\n*$/{$d;N;ba' -e '}'
    in_tmux display-message -p '(#{cursor_x},#{cursor_y})'
}

# shows TEXT [OPTION]: the screen comes to hold it, as grep with the option finds it.
shows() {
    local end=$((SECONDS + deadline))
    while ((SECONDS < end)); do
        ! in_tmux capture-pane -p | grep -qF ${2+"$2"} -e "$1" || return 0
        sleep 0.05
    done
    return 1
}

# shows_line LINE: a line of the screen comes to be LINE, and nothing else.
shows_line() {
    shows "$1" -x
}

# screen_is NAME LINE... (X,Y): it comes to be exactly this.
screen_is() {
    local name=$1 end=$((SECONDS + deadline)) want got=''
    shift
    want=$(printf '%s\n' "$@")
    want=${want//$joiner/}
    while [[ $got != "$want" ]] && ((SECONDS < end)); do
        got=$(screen)
        [[ $got == "$want" ]] || sleep 0.05
    done
    [[ $got == "$want" ]]
    tap $? "$what: $name" "expected:"$'\n'"$want"$'\n'"but it is:"$'\n'"$got"
}

types() {
    in_tmux send-keys -l -- "$1"
}

# presses KEY...: in tmux's names.
presses() {
    in_tmux send-keys "$@"
}

# is NAME GOT WANT
is() {
    [[ $2 == "$3" ]]
    tap $? "$1" "'$2', not '$3'"
}

# pastes TEXT: as a terminal does that marks it.
pastes() {
    in_tmux set-buffer -b pasted -- "$1" && in_tmux paste-buffer -p -d -b pasted
}

# bob_says LINE...
bob_says() {
    printf '%s\n' "$@" >&7
}

# bob_hears LINE: a line comes that ends so, behind the one that bob_hears has found before.
bob_hears() {
    local end=$((SECONDS + deadline)) found
    while ((SECONDS < end)); do
        found=$(tail -n "+$((heard + 1))" "$scratch/bob.$backend" | grep -anm1 -e "$1"$'\r'"\$")
        if [[ -n $found ]]; then
            heard=$((heard + ${found%%:*}))
            return 0
        fi
        sleep 0.05
    done
    return 1
}
heard=0 # lines of what bob has got

# An empty screen, but for the prompt.
clears() {
    presses C-l
    screen_is 'an empty screen' '#lobby>' '(8,0)'
}

# What is typed next comes when the one before has had its effect: not while the client changes from lines to keys.
# plink is edited without asking.  nc's whole line may arrive in one read, which is no key: then editing begins with
# the next key.
begin() {
    terminals=$((terminals + 1))
    in_tmux new-session -d -x $columns -y $rows "$1" && shows '/quit leaves.' || return
    if [[ $what == plink ]]; then
        shows '/edit off ends it' && shows '#lobby>' || return
    fi
    types '/nick alice' && presses Enter && shows 'You are now alice' || return
    if [[ $what != plink ]]; then
        types '/edit on' && presses Enter && shows 'Your line is edited here as soon as' || return
    fi
    [[ $what != nc ]] || presses Space BSpace || return
    shows '/edit off ends it' && shows '#lobby>'
}

speaks_meanwhile() {
    clears
    types 'hello wor'
    screen_is 'what is typed is shown' '#lobby> hello wor' '(17,0)'
    bob_says 'hi, alice' 'second line 👩‍👩‍👧 ж'
    screen_is 'messages stand above half a line' '[#lobby] bob: hi, alice' '[#lobby] bob: second line 👩‍👩‍👧 ж' \
        '#lobby> hello wor' '(17,2)'
    types 'ld'
    presses C-a
    types 'о, '
    presses BSpace BSpace BSpace M-f Left
    screen_is 'the cursor moves' '[#lobby] bob: hi, alice' '[#lobby] bob: second line 👩‍👩‍👧 ж' \
        '#lobby> hello world' '(12,2)'
    presses Enter
    bob_hears '\[#lobby\] alice: hello world'
    tap $? "$what: the line is said"
    screen_is 'the line stays to be read' '[#lobby] bob: hi, alice' '[#lobby] bob: second line 👩‍👩‍👧 ж' \
        '#lobby> hello world' '#lobby>' '(8,3)'
}

# What the README shows is what is seen.
looks_as_in_the_readme() {
    local -a picture
    mapfile -t picture < <(sed -n '/^    \[#lobby\] bob: Добрый день/,/^$/s/^    //p' \
        "${BASH_SOURCE%/*}/../../README.md")
    clears
    types 'Привет, я поеду, если не '
    bob_says 'Добрый день! Кто поедет в субботу на озеро? 🚲'
    shows 'на озеро?'
    types 'будет дождя, и возьму палатку 👩‍👩‍👧, '
    bob_says 'прогноз хороший ☀️' '/me ищет карту 🗺️'
    types 'но вернуться надо к'
    shows 'надо к'
    presses Home Right Right Right Right Right Right Right Right
    types 'боб! Я'
    presses DC
    screen_is 'the picture of the README' "${picture[@]}" '(22,3)'
    presses C-u C-k
}

# The width of emoji is disputed: what is behind them is compared, and that nothing is left over.
wraps_wide_characters() {
    local text='' i
    for i in {0..19}; do
        text+='世界人'
    done
    clears
    types "$text"
    screen_is 'wide characters take rows' "#lobby> ${text:0:25}" "${text:25:29}" "${text:54}" '(12,2)'
    bob_says 'a message'
    screen_is 'a message above three rows' '[#lobby] bob: a message' "#lobby> ${text:0:25}" "${text:25:29}" \
        "${text:54}" '(12,3)'
    presses Home Right
    types 'x'
    screen_is 'a character in the first row moves others' '[#lobby] bob: a message' "#lobby> 世x${text:1:24}" \
        "${text:25:29}" "${text:54}" '(11,1)'
    presses C-k C-u
    screen_is 'no row is left over' '[#lobby] bob: a message' '#lobby>' '(8,1)'
    types '👩‍👩‍👧👍🏽❤️🇩🇪 end'
    presses Home
    types 'ж '
    bob_says 'after emoji'
    shows 'bob: after emoji'
    presses C-u C-k
    screen_is 'emoji leave nothing behind' '[#lobby] bob: a message' '[#lobby] bob: after emoji' '#lobby>' '(8,2)'
}

# nc tells no size, and busybox only the first.
asks_for_the_size() {
    local line='The quick brown fox jumps over the lazy dog, and over the next one.'
    clears
    types "$line"
    screen_is 'a line of two rows' "#lobby> ${line:0:51}" "${line:51}" "($((${#line} - 51)),1)"
    in_tmux resize-window -x 40 -y $rows
    presses C-l
    screen_is 'Ctrl-L asks the terminal for its size' "#lobby> ${line:0:30}" "${line:31}" "($((${#line} - 31)),1)"
    in_tmux resize-window -x $columns -y $rows
    presses C-l
    screen_is 'and again' "#lobby> ${line:0:51}" "${line:51}" "($((${#line} - 51)),1)"
    presses C-u
}

# The screen is full, so that rows that become more push others out at its top.
is_resized() {
    local -a lines
    mapfile -t lines < <(seq -f 'a full screen %g' $rows)
    local line='The quick brown fox jumps over the lazy dog, and over the next one, '
    line+='and then over all of the dogs again.'
    clears
    bob_says "${lines[@]}"
    shows "a full screen $rows"
    types "$line"
    lines=("${lines[@]/#/[#lobby] bob: }")
    screen_is 'a line of two rows' "${lines[@]:2}" "#lobby> ${line:0:51}" "${line:51}" "($((${#line} - 51)),15)"
    in_tmux resize-window -x 40 -y $rows
    # The terminal has made four rows of the two, and three were drawn in their place.
    screen_is 'a narrower window' "${lines[@]:4}" "#lobby> ${line:0:30}" "${line:31:39}" "${line:70}" \
        "($((${#line} - 70)),14)"
    in_tmux resize-window -x $columns -y $rows
    shows "#lobby> ${line:0:51}"
    presses C-u
    types 'x'
    shows '#lobby> x'
    is "$what: no row is left over when it is wider again" "$(in_tmux capture-pane -p | grep -c -e fox -e dog)" 0
    presses C-u
}

completes_and_recalls() {
    clears
    types 'bo'
    presses Tab
    types 'ping'
    screen_is 'a name is completed' '#lobby> bob: ping' '(17,0)'
    presses Enter
    types '/unig'
    presses Tab
    screen_is 'a command is completed' '#lobby> bob: ping' '#lobby> /unignore' '(18,1)'
    presses C-u Up
    screen_is 'Up brings a line back' '#lobby> bob: ping' '#lobby> bob: ping' '(17,1)'
    presses C-u C-r
    types 'llo w'
    screen_is 'Ctrl-R finds a line' '#lobby> bob: ping' '(search "llo w") hello world' '(19,1)'
    presses C-g
    screen_is 'Ctrl-G leaves it' '#lobby> bob: ping' '#lobby>' '(8,1)'
}

pastes_lines() {
    local many='' before i
    clears
    types 'to be '
    pastes 'or not'
    screen_is 'a piece is pasted into the line' '#lobby> to be or not' '(20,0)'
    presses C-u
    pastes $'one\ntwo\nthree\n'
    bob_hears '\[#lobby\] alice: three'
    tap $? "$what: pasted lines are said"
    screen_is 'pasted lines are seen' '#lobby> one' '#lobby> two' '#lobby> three' '#lobby>' '(8,3)'
    for i in {1..500}; do
        many+="pasted $i"$'\n'
    done
    before=$heard
    pastes "$many"
    shows 'You have pasted 500 lines: /paste'
    tap $? "$what: the person is asked about many"
    types '/paste'
    presses Enter
    bob_hears '\[#lobby\] alice: pasted 500'
    tap $? "$what: 500 pasted lines are said"
    is "$what: all of them" "$(tail -n "+$((before + 1))" "$scratch/bob.$backend" |
        grep -ac '\[#lobby\] alice: pasted ')" 500
}

# Messages that come as fast as they can while keys are pressed, one at a time.
types_in_a_storm() {
    local i
    clears
    for i in {1..200}; do
        echo "storm $i"
    done >&7
    for i in s t i l l ' ' m i n e; do
        presses -l -- "$i"
    done
    shows 'storm 200'
    in_tmux send-keys C-l
    screen_is 'no key is lost among 200 messages' '#lobby> still mine' '(18,0)'
    presses Enter
    bob_hears '\[#lobby\] alice: still mine'
    tap $? "$what: the line is said whole"
}

ends() {
    types '/edit off'
    presses Enter
    shows 'not edited here'
    tap $? "$what: editing ends"
}

# has_program NAME: tt++ is one of the games.
has_program() {
    PATH=$PATH:/usr/games command -v "$1" >/dev/null
}

run_client() {
    what=$1
    shift
    if ! has_program "${1%% *}" || { [[ $what == busybox* ]] && ! busybox telnet --help &>/dev/null; }; then
        skip "$what: typing" "there is no $what"
        return
    fi
    if ! begin "$*"; then
        tap 1 "$what: editing begins" "$(screen)"
        in_tmux kill-server
        return
    fi
    speaks_meanwhile
    wraps_wide_characters
    [[ $what != telnet ]] || looks_as_in_the_readme
    completes_and_recalls
    pastes_lines
    types_in_a_storm
    # Behind all that needs to know the width: tmux tells the client of a new size, or of one before it, when it
    # finds the time.
    if [[ $what == telnet || $what == plink ]]; then
        is_resized
    fi
    asks_for_the_size
    ends
    in_tmux kill-server
    bob_hears '\[#lobby\] -- alice quit' # the next client takes the name
}

# tells_type LINE TYPE: the answer to the line has the type, once that has come.
tells_type() {
    local end=$((SECONDS + deadline)) line=$1
    while ((SECONDS < end)); do
        types "$line"
        presses Enter
        ! deadline=1 shows "terminal type: $2" || return 0
    done
    return 1
}

# Clients for MUDs, which have an input line of their own: they tell their type, and are never edited.
# run_mud_client NAME TYPE PREFIX COMMAND: PREFIX makes a line of what begins with a slash.
run_mud_client() {
    what=$1
    local type=$2 prefix=$3
    shift 3
    if ! has_program "${1%% *}"; then
        skip "$what: a client for MUDs" "there is no $what"
        return
    fi
    terminals=$((terminals + 1))
    PATH=$PATH:/usr/games in_tmux new-session -d -x $columns -y 24 "$*" && shows '/quit leaves.'
    types "$prefix/nick alice"
    presses Enter
    shows 'You are now alice'
    tap $? "$what: a command is run"
    if [[ $what == tt++ ]]; then
        types '#send {\xFF\xFB\x1F}' # it speaks telnet when it is spoken to: WILL NAWS
        presses Enter
    else
        types "$prefix/edit on"
        presses Enter
        shows 'sends no single keys'
        tap $? "$what: it is not edited"
    fi
    tells_type "$prefix/terminal" "$type"
    tap $? "$what: it tells its type"
    types 'half a'
    bob_says 'hi, alice' 'a second line'
    shows 'bob: a second line'
    types ' line'
    presses Enter
    bob_hears '\[#lobby\] alice: half a line'
    tap $? "$what: what is typed stays whole"
    shows_line '[#lobby] bob: hi, alice' && shows_line '[#lobby] bob: a second line'
    tap $? "$what: messages are lines" "$(screen)"
    is "$what: nothing is edited, and no byte of telnet shown" \
        "$(in_tmux capture-pane -p | grep -c -e 'edited here now' -e '#lobby>' -e '[^ -~─]')" 0
    in_tmux kill-server
    bob_hears '\[#lobby\] -- alice quit'
}

run_tests() {
    if ! command -v tmux >/dev/null; then
        skip 'typing at a terminal' 'there is no tmux'
        return
    fi
    start_daemon -o flood.lines_per_second=0 -o rooms.fold_above=0 || {
        tap 1 'the daemon starts'
        return
    }
    mkfifo "$scratch/to_bob.$backend"
    nc 127.0.0.1 "$port" <"$scratch/to_bob.$backend" >"$scratch/bob.$backend" &
    exec 7>"$scratch/to_bob.$backend"
    bob_says '/nick bob'
    bob_hears '-- You are now bob.'
    run_client telnet "telnet 127.0.0.1 $port"
    run_client 'busybox telnet' "busybox telnet 127.0.0.1 $port"
    run_client plink "plink -telnet 127.0.0.1 -P $port"
    printf '#split\n#session x 127.0.0.1 %s\n' "$port" >"$scratch/tt.$backend"
    run_mud_client tt++ 'TINTIN++' '' "tt++ -G $scratch/tt.$backend"
    run_mud_client tf TINYFUGUE '/send ' "tf -n 127.0.0.1 $port"
    run_client nc "sh -c 'stty -icanon -echo; exec nc 127.0.0.1 $port'"
    exec 7>&-
    stop_daemon
}

on_each_backend
