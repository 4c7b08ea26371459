"""How people ask about exercises: the phrases of the tools in `exercises`."""

from collections.abc import Mapping

_FIND = "(find|search|list|show|give|get|look up|look for|suggest|recommend)"
_OTHER = "(alternative|alternatives|substitute|substitutes|replacement|replacements|subs|sub|swap|swaps|variations)"
_ANOTHER = "(another|a different|an easier|a similar|an alternative)"

EXERCISES: Mapping[str, tuple[str, ...]] = {
    "search_exercises": (
        f"{_FIND} [some|all|good|the|a few] (exercises|movements|lifts) (for|with|on|using|about) [the|my|a] {{query}}",
        "(search|browse|look up) (exercises|movements) [the|my|a] {query}",
        f"{_FIND} [me] [some|all|good|a few] [the|a|my] {{query}} (exercise|exercises|movements|lifts)",
        "(which|what) (exercises|movements|lifts) (train|work|hit|target|use|are for|are good for|build|need) [the|my|a] {query}",
        "(which|what) (exercises|movements|lifts) (can|could|should) i (do|use) (for|with) [the|my|a] {query}",
        "(which|what) (exercises|movements|lifts) (are there|do you have|do you know|exist) (for|with) [the|my|a] {query}",
        "(exercises|movements|lifts) (for|with|on|using|that train|that work|that hit) [the|my|a] {query}",
        "[got] (any|some) (exercise|exercises|movements) (for|with|on|using) [the|my|a] {query}",
        "(how|what) (can|do|should) i (train|hit|work|target) [the|my|a] {query}",
        "(what|which) (can|should) i do (for|to train|to build) [the|my|a] {query}",
        "(best|good) (exercises|movements|lifts) (for|to train|to build) [the|my|a] {query}",
        "{query} exercises",
        "(need|want|would like|looking for|give me|get me) [a] [few|some|couple of|good] (exercises|movements|lifts) (for|with|on) [the|my|a] {query}",
        "{query} (exercises|exercise|movements) (with|using) [a|the|my|only|just] {equipment}",
        "[any|show|list|find] (exercises|movements) with {query} in (the|their) name",
        "(find|search|show|get|list) [me] [some] (exercises|movements|lifts) (for|with|on) {query}",
        "(how to|ways to) (train|hit|target|blast) [the|my|a] {query}",
        (
            "(which|what) (exercises|movements|lifts|moves|drills) (hit|work|train|build|target|strengthen|develop|"
            "grow|are there for|are for|do you know for|help|suit) [the|my|a] {query}"
        ),
        "(exercises|movements|lifts|moves|drills) (that|which|to) (hit|work|train|build|target|strengthen|use|need|involve|grow) [the|my|a] {query}",
        "(good|great|best|nice|effective) (moves|drills|stuff|things) for [the|my] {query}",
        "(got|have|know|do you have|do you know) [any|some] [good] {query} (exercises|movements|lifts|moves|drills)",
        "(ideas|suggestions|inspiration) for [some] {query} (exercises|movements|moves)",
        "(need|want|got|give me|looking for|have) [any|some] (ideas|suggestions|inspiration) for [some] {query} (exercises|movements|moves)",
        "exercise (ideas|suggestions|options) (for|with|on|using) [the|my] {query}",
        "(looking for|searching for|after|in search of|need|want) [some|any|a few|good] {query} (exercises|movements|lifts|moves)",
        "(looking for|searching for|in search of) [some|any|a few|good] (exercises|movements|lifts|moves) (for|with|on) {query}",
        "hit me with [some|a few] [good] {query} (exercises|movements|moves)",
        "hit me with [some|a few] [good] (exercises|movements|moves) for {query}",
        "(tell|show|give|name|teach|suggest|recommend) me [some|a few|any] (exercises|movements|lifts|moves) (with|for|using) [the|a|my] {query}",
        "(tell|show|give|name|teach|suggest|recommend) me [some|a few|any] [good] {query} (exercises|movements|lifts|moves)",
        "[some|any] (stuff|something|anything|things) for [the|my] {query} exercise wise",
        (
            "only have [a|an|my|one|two|some] {query} [at home|at hand|here|with me] (which|what) (exercises|"
            "movements) [can i do|are there|could i do|to do]"
        ),
        "(which|what) (exercises|movements) (can|could) i do with [only|just] [a|an|my|one|two|some] {query}",
        "(how|what) (can|do|should|could) i (train|work|hit|grow|build|strengthen|develop|target) [the|my] {query}",
        "what (should|can|could) i do for [the|my|bigger|stronger] {query}",
        (
            "(show|list|give) [me] (everything|anything|all) [that] [you] [have|know|got] (with|for) [a|the|my] "
            "(resistance band|resistance bands|kettlebell|kettlebells|dumbbell|dumbbells|barbell|medicine ball|rings|"
            "band|bands) {query}"
        ),
        "(which|what) (exercise|exercises|movement|movements) (is|are) (good|best|great|effective) for [the|my] {query}",
    ),
    "show_exercise": (
        "(show|open|display|explain|describe) {exercise}",
        "(what is|what's|whats|wats|wtf is) {exercise}",
        "(what are|what're) {exercise}",
        "(which|what) muscles (does|do|is|are) {exercise} (work|train|hit|use|target|for|good for)",
        "(which|what) muscles (work|are used|are trained|get worked) (in|with|by|when doing) {exercise}",
        "what (does|do) {exercise} (work|train|hit|do|target)",
        "tell me [more] about {exercise}",
        "(info|information|details|facts) (on|about|for|of) {exercise}",
        "{exercise} (info|information|details|form|technique|demo|how to)",
        "{exercise}",
        "(show|tell|teach) me how to (do|perform) {exercise}",
        "how to (do|perform) {exercise}",
        "what is {exercise} (for|good for)",
        "how does {exercise} (work|look)",
        "how (do|does|should|can) (you|i|one|we) (do|perform|execute) {exercise}",
        "what (equipment|gear) (do i need|is needed|does it take) for {exercise}",
        "exercise {exercise}",
        "pull up {exercise}",
        "what (the heck|the hell|on earth|exactly|in the world) (is|are) {exercise}",
        "{exercise} what is (it|that|this) [exactly|again]",
        "{exercise} (explain|explained|explanation) [please|it]",
        "never (heard of|done|seen|tried) {exercise} what is (that|it|this)",
        "never (heard of|done|seen|tried) {exercise} (explain|show me|tell me)",
        "(dont know|no idea|not sure|no clue) what {exercise} (is|are|means)",
        "(dont know|no idea|not sure|no clue) what (is|are|means) {exercise}",
        "do i need [any] (equipment|gear|kit|stuff) for {exercise}",
        "what do i need for {exercise}",
        "(what|which) (equipment|gear|kit) (do i need|do you need|is needed|does it take|goes with|is used) (for|with|in) {exercise}",
        "(give me|tell me|show me) [the] (lowdown|rundown|info|details|basics|facts|skinny) (on|of|about|for) {exercise}",
        "what is meant by {exercise}",
        "what does {exercise} mean",
        "(bring up|open up) {exercise}",
        "can i (see|get) {exercise}",
        "(show|describe|explain|demonstrate) [to] [me] {exercise}",
        "how is {exercise} (counted|scored|done|performed|measured|supposed to look|spelled|executed)",
        "how are {exercise} (counted|scored|done|performed|measured|supposed to look|executed)",
        "what is {exercise} (supposed to be|meant to be|good for|about)",
        "what (sort|kind|type) of (exercise|movement|lift|thing) is {exercise}",
        (
            "(which|what) (muscles|muscle|muscle groups|body part|body parts) (is|are|do|does|get) [used|trained|"
            "worked|hit|needed] [in|by|with|when doing] {exercise} [work|train|hit|use|target]"
        ),
        "is {exercise} (hard|difficult|easy|for beginners|an advanced exercise|a beginner exercise|heavy)",
        "know what {exercise} (is|are|means)",
    ),
    "suggest_alternatives": (
        "what [do|can|should] i [do] if i cant do {exercise}",
        "cant do {exercise} (what else|any alternative|any alternatives|what instead)",
        "(what|which) [exercise|exercises] (can|could|should) i (do|use|take) instead of {exercise}",
        "(what|anything|something) [else] instead of {exercise}",
        "what [else] i can (do|make|use|take|try) instead of {exercise}",
        f"[any|some|the|an|give me|show me|suggest|find|list|got any] {_OTHER} (to|for|of) {{exercise}}",
        f"[any|some|the|an|give me|show me|suggest|find|list|got any] {_OTHER} (to|for|of) {{exercise}} {{reason}}",
        "(what|anything|something) [else] [can|could|should] [i] [do|use] instead of {exercise} {reason}",
        f"(give|show|suggest|find) {_ANOTHER} exercise (for|to|than|like|instead of) {{exercise}}",
        f"(suggest|give me|find|show me|recommend) {_OTHER}",
        "(swap|substitution|replacement|scaling) (options|ideas|suggestions) for {exercise}",
        "(replace|substitute|sub) {exercise}",
        "(what|anything|something|exercise) [can|could|should] [i] [do|use|take] in place of {exercise}",
        "(something|anything|exercise|exercises|movement) (other than|else than|different from|different than|instead of) {exercise}",
        "(options|ideas|exercises|choices) instead of {exercise}",
        "(different|other|another) (exercise|movement|exercises) (than|for|to|from|instead of) {exercise}",
        "(easier|simpler|lighter|harder|gentler|scaled) (version|variation|option|alternative|form) (of|for|to|than) {exercise}",
        "(hate|dislike|dont like|cant stand) {exercise} what [else] (can|could|should) i do [instead]",
        "(replace|substitute|swap) {exercise} (with|by|for) what",
        "what [else] (instead of|rather than) {exercise}",
        "(cant|cannot) do {exercise} (alternative|alternatives|what else|what instead)",
        "(suggest|recommend|find) (something|anything) [i can|i could] [do] instead of {exercise}",
        f"(give|suggest|show|find|recommend) [me] [an|a|some] {_OTHER} (for|to) [an|a|the] exercise",
        "(i can't|i cant|i cannot|i can not|can't|cant) do {exercise}",
        "what (else|other exercise) (can|could) i do (for|than|besides) {exercise}",
        "(how|what) (can|do|could) i (replace|substitute|sub|swap) {exercise}",
        f"{{exercise}} {_OTHER}",
        "what (replaces|is similar to|is like) {exercise}",
        "(anything|something|an exercise) (like|similar to|easier than) {exercise}",
        "[any] (replacement|substitute|sub|swap|stand-in|alternative|substitution) for {exercise}",
        "(options|choices|ideas|something|anything|exercises) (other than|besides|apart from|different from|that is not) {exercise}",
        (
            "(easier|simpler|lighter|gentler|scaled|beginner|modified|low impact) (version|variation|variant|option|"
            "form|kind|type) (of|for|to) {exercise}"
        ),
        (
            "(regression|regressions|progression|modification|modifications|scaling|scaled version|scaling option|"
            "scaling options) (for|of|to) {exercise}"
        ),
        "how (do|can|should|could) i (scale|modify|regress|adapt|make easier) {exercise}",
        "how (do|can|should|could) (i|you|one) scale [down] {exercise}",
        "in place of {exercise} what (would you|do you|can you|should i|could i|can i) [suggest|recommend|do|use|take]",
        "instead of {exercise} what (can|could|should|would|do) (i|you|one) [do|make|use|take|suggest|recommend|advise]",
        (
            "(hate|dislike|dont like|cant stand|cant do|cannot do|not able to do|unable to do) {exercise} [yet] what "
            "(else|else is there|can i do|do i do|should i do|could i do|would you do|are my options)"
        ),
        (
            "(hate|dislike|dont like|cant stand|cant do|cannot do) {exercise} [yet] [because of|due to] {reason} "
            "(give me|show me|suggest|find me|any) [something else|something|another|alternative|alternatives|else]"
        ),
        (
            "(cant do|cannot do|not able to do|unable to do) {exercise} (because of|due to|because) {reason} (give|"
            "show|suggest|find|get) [me] (something|anything|sth) (else|different|instead)"
        ),
        "what do (people|others|you|beginners|folks) do (who|that|if|when) [they] cant do {exercise}",
        "what (could|can|would|might|should|will) (replace|substitute|sub for|stand in for) {exercise}",
        "(which|what) [exercise|movement|exercises] (is|are|comes) (like|similar to|close to|comparable to) {exercise} but {reason}",
        "(something|anything) (like|similar to|close to|comparable to) {exercise} but {reason}",
        "(something|anything|exercise|movement) (like|similar to|close to|comparable to|along the lines of) {exercise}",
        "(give|show|find|get|suggest) [me] (something|anything|sth) (else|different|other) (than|instead of|for) {exercise}",
        "(work around|workaround) for {exercise}",
        "(avoid|skip|work around|get around) {exercise} (what|any|which) (alternative|alternatives|else|instead|can i do instead)",
        "{exercise} be (replaced|swapped|substituted) [by|with|for] [something|anything|what]",
    ),
    "validate_exercise": (
        "is {exercise} (a|an) [valid|real|known|actual|proper] (exercise|movement|lift|thing)",
        "is {exercise} (valid|known|real|in the catalogue|in the list|in the library)",
        "(check|validate|verify) [if|that|whether] (exercise|movement) {exercise} [exists|is valid|is known]",
        "(do|does) (you|u|it) (know|have|recognise|recognize) (exercise|movement|lift) [called|named] {exercise}",
        "(check|validate|verify) {exercise} as exercise",
        "(do|does) [the] (you|u|it|app|bot|whistle|gym|we|catalogue|library|system) (know|have|recognise|recognize|list) {exercise} [as] [an|a] [exercise|movement|lift]",
        "is {exercise} [an|a] (one|thing|something|exercise|movement|lift) [that] you know",
        "does exercise {exercise} exist",
        "does [the] [exercise] {exercise} exist",
        "(do|does) (you|u|we|it) (know|have|recognise|recognize) [the] [exercise|movement] {exercise} [in] [your|the] [list|catalogue|library|database]",
        "(check|validate|verify) [if|that|whether] {exercise} (is valid|exists|is known|is an exercise)",
        "is {exercise} (an exercise|a real exercise|in your list|in your catalogue|in the database|in your database)",
        "(have you|ever) heard of exercise {exercise}",
        "is there an exercise (called|named) {exercise}",
        "is there an exercise (called|named) {exercise} in [your|the] (catalogue|list|library|database)",
        "validate exercise {exercise}",
        (
            "(do|does|would|did) (you|u|it|the app|the bot|the system|the gym|the list) (know|recognise|recognize) "
            "[the] [exercise|movement|word|term|name] {exercise} [as] [an|a] [exercise|movement|lift]"
        ),
        "(have you|did you|you) ever (heard|hear) of [a|an|the] {exercise}",
        "(have you|you) heard of [a|an|the] {exercise}",
        "is there [an|a] (exercise|movement|lift) (called|named|by the name of|known as) {exercise}",
        "is there such a thing as [a|an] {exercise}",
        "is there such a thing as [a|an] {exercise} in [your|the] [exercise] (list|catalogue|library|database)",
        "does [the] (catalogue|catalog|library|list|database|system) (have|know|contain|include|list|hold) {exercise}",
        (
            "is {exercise} (in|on|part of) [your|the|our] (exercise list|movement list|list of exercises|exercise "
            "catalogue|exercise catalog|exercise library|exercise database|catalogue|catalog)"
        ),
        "(do you have|have you got|is there|are there) {exercise} in [your|the] [exercise] (catalogue|catalog|library|list|database|system)",
        (
            "can i (use|write|say|type|enter) [the word|the name|the term] {exercise} (as an exercise|as exercise|as "
            "a movement|for an exercise|in a workout)"
        ),
        "(under which name|under what name) do you (keep|have|list|know|file|store) {exercise}",
        "what do you (call|name) {exercise} in [your|the] (catalogue|catalog|library|list|database)",
        "is it (spelled|spelt|written|called) {exercise} [with you|here|in your list|in the catalogue]",
        "exists [the|an] (exercise|movement|lift) [called|named] {exercise}",
        "is {exercise} [a|an] (thing|exercise|movement|lift) [that] you (know|recognise|recognize)",
    ),
}
