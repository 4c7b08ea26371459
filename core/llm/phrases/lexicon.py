"""The words of chat English that carry no command of their own, and those that forbid acting on one."""


def bag(words: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(words.split())


# Words before "'s" that make it "is"; behind any other it is a possessive.
IS_BEFORE = bag("what who when where how that there it he she here everything everyone")

# No content: they may stand anywhere without being asked for.
FREE = bag(
    "a an the this that these those some any please thanks thank hey hi hello dear i me my mine myself we us our you "
    "your he him his she her they them their it is am are be been was do does did doing can could would will "
    "shall may "
    "have has had having want wants wanted need needs like to for in into on at of by with from and so very "
    "much really "
    "just also too then now ok fine lol haha hahaha lmao well um uh oh ah yes yeah yep yup kind possible there here "
    "want hope wish would let lets bro man dude mate guys buddy pal whistle bot folks quickly "
    "ciao hola salut bonjour hej hoi servus moin howdy greetings grüezi hallo guten tag gracias merci danke grazie bitte mille afterwards after_all anyway anyways though besides meanwhile immediately directly straight simply basically obviously totally absolutely definitely certainly truly honestly kindly gladly preferably possibly rather today_ ideally urgently immediately bruh bud champ boss friend darling honey man_ guyz pal_ fella "
    "both fancy "
    "quick asap instead again still yet already currently right finally actually only one ones as up down back about "
    "alright sure able going gym if_you please's kinda sorta maybe perhaps somehow "
    "sir madam morning_ btw fyi hmm hm gotcha k atm anymore oops whoops oopsie ups ouch damn argh ugh urgh meh gosh geez jeez omg wow oof yikes hmpf phew yay aww eh "
    "even literally exactly additionally unfortunately sadly pretty all least over along own same soon today_ much lot bit sorry"
)
FREE |= bag("por favor porfa para mi x xo heya hiya brilliant fab fabulous legend wicked stellar superb mil heaps")
# Free in a message, but asked for where a pattern has them.
TELLING = bag("still doing both fancy gym instead only again own sorry back down up")
# Words that open phrases which change something without being what is done.
NO_VERBS = bag(
    "need here heres from ai bot assistant i only access additional another be answers back cant capacity chat class clean clear client coach code default dnd dont everything "
    "extra file free fresh gdpr great info invitation limit link loads login max maximum member mistake name never new no only "
    "athletes cmd ctrl cross everybody everyone fed flying how love members moved moving people see sick there this tired traveling "
    "travelling want would called cancelled starting repeating replies "
    "place places plan prefer program programme quiet recurring regular remark size spots time timezone title units up weekly "
    "weights wod wont workout wrong zone"
)
# A particle that makes another verb of the one before it: "set up" is not "set".
PARTICLES = bag("up off out on back down away over")
# The free words that mean nothing even inside a pattern's reason: a clause of only these is courtesy.
COURTESY = FREE | bag(
    "cool great nice perfect awesome lovely super team everyone coach good morning evening afternoon day night "
    "day's have nice weekend appreciate appreciated cheers best welcome short "
    "xx xxx bye later see unfortunately apologies trouble advance help wait ask question hope doing today kisses regards "
    "silly dumb stupid bother bothering interrupt disturb disturbing "
    "greetings love xx xoxo favor favour late notice inconvenience happy feeling ll"
) - bag("no not")

# Asking for a look, which says little about at what.
LIGHT = bag("show see check look tell give get list view display find know need")
# Words that ask; a command is not made of them alone.
ASKING = bag("what who which when where how why") | LIGHT | bag("make change turn set do put")

# Greetings and thanks: no word of them belongs to a command.
GREETINGS = tuple(
    tuple(phrase.split())
    for phrase in (
        "see you",
        "see ya",
        "good morning",
        "good evening",
        "good afternoon",
        "good night",
        "how are you",
        "thank you",
        "thanks a lot",
        "thanks a million",
        "many thanks",
        "nice to meet you",
        "take care",
        "have a nice day",
        "have a good day",
        "have a great day",
        "have a nice evening",
        "talk soon",
        "no worries",
        "well done",
    )
)

# Words of a sentence that is no name or filter.
SENTENCES = bag("we i you he she they it is are was were am do does did can could would will")

# Sequences that only soften or decorate a request.
SOFTENERS = tuple(
    tuple(phrase.split())
    for phrase in """
would love to | would love a | would love | would it be possible to | is it possible to | it would be great if
you could | it would be nice if you could | if possible | if you can | if you could | if you dont mind | if that
is ok | if that is possible | if that works | if it is ok | if ok | when you can | when you get a chance | when
you have time | when you have a moment | when you get a moment | if you have a moment | if you have time | if
you get a chance | when you have a second | when you get a second | if it is not too much trouble | if it is no
trouble | while you are at it | while i am at it | whenever you have time | whenever you can | when you get a
minute | when you have a minute | as soon as possible | so kind and | so kind to | be so kind | be kind | for me
| from now on | every week | each week | this time | oh no | ah no | sorry no | after all | i changed my mind |
changed my mind | do me a favor | do me a favour | you guys | right now | at the moment | i have to ask you to |
have to ask you to | i was wondering if you could | i was wondering if i could | wondering if you could | was
wondering if | i am wondering if | quick question | no worries | no problem | no rush | good morning | good
evening | good afternoon | good day | good night | how are you | hope you are well | thank you | many thanks |
thanks a lot | thanks a million | thanks in advance | much appreciated | see you there | see you then | i think
| i guess | i believe | i am trying to | trying to | try to | want to | would like to | like to | would like |
do you mind | would you mind | mind if i | go ahead and | be able to | make sure to | make sure that | i feel
like | feel like | in the mood for | help me to | help me | time to | let us go | if you are at it | while at it | when you are at it | i mean | or something | or so | we have to | i have to | i need to | we
need to | i must | we must | you know | as well | a bit | a little | by the way | tell everybody | tell everyone | tell them | inform everyone | inform everybody | let everyone know | one more time |
feel free to | i am going to | i am gonna | is there a way to | is there any way to | any chance to | any chance
you could | any chance i could | any chance of | any chance | tell me | let me know | for my daughter | for my son | for my kid | for my kids | for my child | with my daughter | with my
son | with my wife | with my husband | with my partner | with my friend | with my girlfriend | with my boyfriend
| with my kid | with my kids | with a friend | with my sister | with my brother | with my mom | with my dad |
with friends | and tell everybody | and tell everyone | and tell them | and inform everybody | and inform everyone | and let everybody know
| and let everyone know | and let them know | please to | would be lovely | would be great | would be nice | would be perfect | would be cool | would be awesome | would be ideal
| would be good | would be amazing | would be super | i finally want to | looking to | i am looking to | planning to | i decided to | please do | in total | just this once | for once | as an exception | and let people know | and tell people | and let the members know | and tell the members | cant remember | i cant remember | right away | straight away | in general | as a rule | by default | no hurry
""".split("|")
)

# Said outside what a pattern matched, these mean that nothing is asked for now.
BLOCKERS = bag(
    "provided assuming supposing depending perhaps_ dont doesnt didnt not never no nobody noone none wouldnt shouldnt couldnt wont neither nor without except if "
    "unless until_ once whenever would_happen should imagine suppose supposing pretend hypothetically might thinking "
    "thought considering said says saying told tells told used hate hates hated almost nearly someday sometime_ "
    "otherwise unsure whether or wonder wondering forgot stop avoid instead_of joke joking kidding example "
    "tried heard read wrote wishes dreamed dreamt"
)
# A clause that opens with one of these is a condition or a report, not a command.
CLAUSE_BLOCKERS = bag(
    "when while once after before if unless provided assuming supposing should imagine suppose what_if until as_soon"
)

CAUSES = bag("because since as due bc reason so")
SUBJECTS = bag(
    "i we he she they it my our his her their the there this that something someone everyone everybody people nobody got "
    "having too feeling im ill sick"
)

# What a missing thing is called, and the noun that may stand beside its name.
NOUNS: dict[str, frozenset[str]] = {
    "session": bag(
        "class classes session sessions booking bookings spot place slot seat lesson training one reservation course something anything"
    ),
    "class_type": bag("class classes session sessions training lesson lessons course slot"),
    "member": bag("member members someone somebody person people athlete client guy girl"),
    "staff": bag("coach trainer coaches instructor someone somebody teacher"),
    "workout": bag("workout workouts wod session"),
    "exercise": bag("exercise exercises movement lift move"),
    "plan": bag("plan membership pack package"),
    "when": bag("day date time"),
    "title": bag("name title called named"),
    "text": frozenset(),
    "spots": bag("spots places seats people"),
    "program": bag("program programme plan"),
}

OF_PERSONS, OF_THINGS = bag("him her his he she their them they"), bag("it that this one their them they")
PRONOUNS = OF_PERSONS | OF_THINGS
PERSONS = frozenset({"member", "staff"})
# Things that people book or order elsewhere; no unknown name of ours is one of these.
ELSEWHERE = bag(
    "table flight flights hotel taxi cab uber restaurant room doctor dentist ticket tickets train bus car trip "
    "holiday "
    "vacation pizza food dinner lunch breakfast cinema movie movies haircut hairdresser appointment meeting "
    "call music "
    "song alarm lights light heating weather milk shopping list groceries amazon netflix tv bill bank beer coffee "
    "airbnb concert museum plumber babysitter parking subscription laptop email massage spa sauna tattoo nails "
    "spot_fee restaurant bar pub club beach doctor physio"
)
# Everyday words that look like a slip of the hand for a command.
EVERYDAY = bag(
    "deadline deadlines last lost list must test best rest most cost shop shot show snow slow book boot look cook took back pack "
    "park mark "
    "make take cake wake move love live give gave have hate late date data name same some come home more move "
    "than then them they that this what when with will well went want were where there their these those three "
    "about above after again also always another around asked away been before being below between both bring "
    "brought built buy call came cannot case cause change check child city clean clear close cold could cover "
    "day dear did does done door down drink drive drop each early eat else end enough even ever every eye face "
    "fact fall "
    "far fast feel feet felt few find fine fire first five food foot form found four free friend full game girl goes "
    "good great green group grow hair half hand happy hard head hear heard heart heavy held help here high hold hope "
    "hour house idea inside into keep kept kind king knee knew know land large laugh lead learn leave left less let "
    "letter life light like line little long made mail main many matter mean meet stuck men might mile milk mind miss "
    "money "
    "month morning mother much music near need never next nice night nothing now number often once only open "
    "order other "
    "our over own page pain paper part party past people perhaps person phone photo piece place plan plant play "
    "point post price quick quite race rain ran reach read ready real really red ride right river road rock room run "
    "said sale sat saw say school sea seat second see seem seen self sell send sent set several shall she short "
    "should "
    "side sign since sing sister sit size sleep small song soon sort sound space spot stand start state stay "
    "step still "
    "stop store story street strong such sun sure swap table talk tall team tell ten thank thing think those though "
    "thought through tight till time tired today together told tomorrow tonight too top town trade train travel tree "
    "tried trip true try turn two under until upon use used very visit voice wait walk wall war warm wash watch "
    "water "
    "week weight west while white whole whose wife wind wish without woman wonder wood word work world would write "
    "wrong year yes yet young your stuff brutal broken sick busy rowers football match traffic weather pizza"
)
# Verbs of one meaning, and those that a phrase with several of them takes, too: what can mean nothing else beside them.
SYNONYMS = (
    (
        bag("delete remove erase drop bin scrap trash kill discard ditch nuke"),
        bag("erase discard ditch axe dump toss eliminate trash"),
    ),
    (bag("create make build add introduce define open launch start draft"), bag("establish compose")),
    (
        bag("change set switch put update make edit alter adjust amend"),
        bag("alter amend modify adjust correct update edit"),
    ),
    (bag("move shift push reschedule postpone delay bring change"), bag("reschedule postpone relocate")),
    (bag("show display list view see print open pull"), bag("display view")),
    (bag("raise increase up extend expand bump lift"), bag("extend expand lift enlarge")),
    (bag("lower reduce cut decrease drop limit shrink"), bag("decrease shrink trim")),
    (bag("duplicate copy clone"), bag("dupe replicate")),
    (bag("book reserve register enroll enrol secure"), bag("secure enrol register")),
)
