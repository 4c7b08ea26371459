"""How people take something back and ask what was changed: the phrases of the tools in `history`."""

from collections.abc import Mapping

HISTORY: Mapping[str, tuple[str, ...]] = {
    "undo": (
        "undo {last}",
        "undo",
        "undo [the] last (thing|action|change|step|one|booking|message|command)",
        "undo my last (thing|action|change|step|one|booking|message|command)",
        "undo [please]",
        "no undo [it|that|this]",
        "wrong [one|class|person|thing|day] undo [it|that]",
        "(ctrl|control|cmd) z",
        "go back one step",
        "undo {last} steps",
        "(undo|revert|take back) [my] [last] {last} (steps|actions|things|changes)",
        "[that was|it was] [a] (mistake|wrong|error) (undo|revert|take it back)",
        "(revert|cancel|reverse) (my|the) last (change|action|step)",
        "(wrong|mistake) undo",
        "undo (it|that|this|the last one|the last change|last)",
        "undo [the] last {last} [changes|things|ones]",
        "undo {last} [changes|things]",
        "(revert|take back|roll back|reverse) [that|it|the last change|last change]",
        "(revert|take back|roll back|reverse) [the] last {last} [changes|things|ones]",
        "undo what i [just] did",
        "put it back [how|as|the way] [it was]",
        "(oops|whoops) undo",
        "(oops|whoops) undo (it|that)",
        "undo {who} [last] (change|changes|action|move|edit|thing)",
        "undo [the] last (change|action|thing|edit) (of|by|from) {who}",
        "undo [the] last {last} (changes|actions|things|edits) (of|by|from) {who}",
        "undo {who} last {last} (changes|actions|things|edits)",
        "(undo|revert|take back|reverse) what {who} [just|last] (did|changed|has done|has changed)",
        "(undo|revert|take back|reverse) what {who} did last",
        (
            "(unmake|unwind|rewind|retract|strike|scratch|nix|reverse|revert|roll back|take back) [that|my|the] last "
            "(one|thing|change|action|step|move|command|entry)"
        ),
        "scratch that last! one!",
        "[no] undo undo [undo]",
        "my last {last} (changes|actions|things|steps|edits) (undo|revert|take back|reverse|roll back) [them|those|it]",
        "(wind back|roll back|rewind|undo|reverse|revert|take back) what i [just] (changed|did|have done|have changed)",
        (
            "(wind back|roll back|rewind|undo|reverse|revert|take back) what i [just] (changed|did) (a minute ago|a "
            "moment ago|just now|a second ago|a minute back)"
        ),
        (
            "i (pressed|hit|tapped|clicked|pushed) [the] wrong [button|one|thing] (make it back|undo|undo it|take it "
            "back|revert|revert it|put it back|reverse it)"
        ),
        "(reverse|undo|revert|roll back|take back) whatever {who} [just|last] (did|changed|has done) [last]",
        "(reverse|revert|roll back|take back) {who} last (change|changes|action|move|edit|thing)",
        "(cancel|revert|reverse|rewind|take back) my last {last} (changes|actions|steps|things)",
        "(undo|revert|reverse|take back) my (last|latest|previous|most recent) (change|action|step|edit|move|thing|one)",
        (
            "i (messed up|screwed up|goofed|goofed up|made a mistake) (undo|undo it|undo that|revert|revert it|revert "
            "that|take it back|take that back|go back|reverse it|reverse that)"
        ),
    ),
    "redo": (
        "redo",
        "redo (it|that|the last one)",
        "undo the undo",
        "(do|make) it again",
        "(do|make) (that|it) again [after all]",
        "(restore|redo|bring back|repeat) what i [just] (undid|undone|took back)",
        "(undo|revert|reverse) [my|the|that] undo",
        "put (it|that) back in",
        "put back what i [just] (undid|undone|took back)",
        "(ctrl|control|cmd) (y|shift z)",
        "(forget|ignore|reverse|cancel) [the|my|that] undo",
        "(reinstate|reapply|restore|redo|bring back) [what|whatever|the thing] [i|that i] [just|had] (undid|undone|took back|reverted)",
        "(reinstate|reapply|restore|redo|bring back) [my|the] [last] undone (change|thing|action|step|one)",
        "[i] (want|need|would like) [the|my] undone (thing|change|action|one|step) back!",
        "(do|make) it again shouldnt have undone [it|that]",
        "(the|that|my) undo was [a] (mistake|wrong|error) (redo|redo it|do it again|bring it back|put it back|reverse it)",
        "i [should not|shouldnt] have undone (it|that) (redo|redo it|do it again|bring it back|put it back)",
        "redo (what|whatever) [i|was] [just] (undone|undid)",
    ),
    "show_changes": (
        "who (changed|did|edited|touched) (something|anything|things|stuff) [{when}]",
        "who {deed} {what}",
        "who [has] {deed} [something|anything|a class|classes|things] {when}",
        "(has|did) (anyone|anybody|someone|somebody) {deed} (something|anything|a class|things) [{when}]",
        "who (changed|made|touched) {what}",
        "what (did|has) {who} (change|do|edit|done|changed|edited|move|moved|cancel|add|added) [{when}]",
        "(everything|all|list everything|list all) {who} (changed|edited|touched) [{when}]",
        "(everything|all|list everything|list all) {who} did! [{when}]",
        "(which|what) changes (were made|were there|have been made|did we make|happened) [{when}]",
        "(which|what) changes (did|has) {who} (make|made) [{when}]",
        "(who|what) (changed|was changed) {when}",
        "(which|what) (classes|bookings|things) (were|was|have been) (changed|moved|cancelled|edited|added) [{when}]",
        "what (changed|was changed|has changed|happened) [{when}]",
        "[show] [me] [the] (changes|change log|changelog|history|log) [of|from|by] {who} [{when}]",
        "[show] [me] [the] (changes|change log|changelog|history|audit log) [{when}]",
        "[show] [me] [the] changes [that] {who} made [{when}]",
        "[show] [me] [the] (latest|last|recent|newest) [few|2|3|5|10|20|two|three|five|ten] changes",
        "(show|list) [me] [the] changes (to|of) {what}",
        "who did {what}",
        "who (changed|did|moved|edited) what [{when}]",
        "what (has|was|is|did) {who} been! (doing|up to|fiddling with|tinkering with|playing with|working on) [{when}]",
        "what (has|was|is) {who} (fiddling with|tinkering with|up to) [{when}]",
        "(list|show) [me] [the] changes {who} made [{when}]",
        "(everything|all|anything) (that was|that has been|that got|we|that we) (changed|edited|done|moved) [{when}]",
        "(everything|all|anything) (changed|edited) [{when}]",
        (
            "who [has] (messed with|messed around with|messed up|fiddled with|fiddled around with|tampered with|"
            "tinkered with|meddled with|altered|modified) {what} [{when}]"
        ),
        "(audit|audit trail|audit log|change history|edit history|revision history) [of|for|from|since] [{when}]",
        "(history|log|record|list|overview|summary) of [all] [the] changes [of|for|from|since] [{when}]",
        "what (was|has been|got|is|were) (altered|edited|modified|adjusted|amended) [in the system|here] [{when}]",
        "(anything|something|what else) (was|has been|got|been) (altered|edited|modified|adjusted|amended|changed) [in the system|here] [{when}]",
        "what (has been|was|is|has) [been] (going on|happening|done) in (the system|the app|the admin|the bot) [{when}]",
        "(has|was|is) (anything|something) [been] (altered|edited|modified|changed|touched) [{when}]",
        "(see|know|show|tell) [me] what {who} (edited|changed|altered|modified|touched|has edited|has changed) [{when}]",
        "(give|send|get|pull up|bring up) [me] {who} changes [from|of|for] [{when}]",
        "(give|send|get|pull up|bring up|open) [me] [the] (change log|changelog|audit log|change history|audit trail) [from|of|for] [{when}]",
        "what (got|was|has been) (changed|altered|edited|moved|modified) [here] [{when}] [and] by whom",
        "what got (changed|altered|edited|moved|modified) [since|from|on] {when}",
        "(list|show) [me] [everything|all] what {who} (did!|changed|edited|altered) [{when}]",
    ),
}
