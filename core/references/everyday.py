"""Words that everybody uses: first names that anyone would take for a name, and words that are none."""

from core.when.words import bag

FIRST_NAMES = frozenset(
    bag(
        """
    aaron abby abdul abigail ada adam adele aditya adrian adriana agata agnes ahmad ahmed aisha aiden alan alba albert
    alberto alejandra alejandro alena alessandra alessandro alex alexa alexander alexandra alexandre alexis alfie ali
    alice alicia alina alisha alison allan allison alma alok alvaro alyssa amanda amara amber amelia amelie amina amir
    amira amit amy ana anastasia anders andre andrea andreas andrei andrew andy angel angela angelina anika anita anja
    anke ann anna annabel anne annette annie anton antoine antonia antonio anya april arash archie ari ariana arjun armin
    arne arnold arthur arun asa ashley astrid aurora ava axel aylin ayse bahar barbara bart bartosz bastian beate
    beatrice beatriz becca beck becky belen bella ben benedikt benjamin berit bernard bernd beth bettina bianca bill billy
    birgit bjorn blake bob bogdan boris brad brenda brendan brian bridget brigitte brooke bruno bryan burak caleb callum
    camila camille carl carla carlos carmen carol carolin carolina caroline carsten catarina cath catherine cathy cecilia
    celine cem charles charlie charlotte chen chiara chloe chris christian christiane christina christine christoph
    christopher ciara claire clara clare claudia claus clemens colin connor conny constantin cora cornelia craig cristian
    cristina dafne daisy dalia damian dan dana daniel daniela danielle danny dario dave david dawid debbie deborah deepak
    denis denise dennis derek diana diane diego dieter dilara dimitri dinah dirk dmitri dominic dominik don donna dora
    doris dorothea doug duncan dylan eda eddie edgar edith eduardo edward egor eileen ela elena eleni eli elias elif elin
    elisa elisabeth elise elizabeth ella ellen ellie elodie elsa emil emilia emilie emily emine emma emmanuel emre enrico
    enrique eric erica erik erika erin ernst esra esther ethan eugen eva evan eve evelyn fabian fabio fatima fatma federica
    federico felicia felicity felix femke ferdinand fernanda fernando filip finn fiona flora florence florian fran frances
    francesca francesco francis francisco franck frank franz franziska fred freddie frederik freya frida frieda friedrich
    gabi gabriel gabriela gabriele gareth gary gavin gemma geoff george georg georgia gerald gerard gerd gerhard gilbert
    gina giorgia giorgio giovanna giovanni giulia giuseppe glen gloria gonzalo gordon grace graham greg gregor greta guido
    guillaume gustav hakan hana hanna hannah hannes hans harald harold harriet harry harvey hasan hassan heather hedda
    heidi heike heinz helen helena helene helga helmut hendrik henk henri henrik henry herbert hilda holger holly horst
    howard hugh hugo hussein ian ibrahim ida igor ilona ilse imran ina ines inga inge ingrid ioana ira irene irina iris
    irma isaac isabel isabella isabelle ismail ivan ivana ivo ivy jack jackie jacob jacqueline jacques jade jake jakob
    jakub james jamie jan jana jane janet janina jannik jasmin jasmine jason javier jay jean jeff jelena jen jenna jennifer
    jenny jens jeremy jeroen jerome jess jesse jessica jessie jill jim jimmy joan joana joanna joao joe joel johan johanna
    johannes john johnny jon jonah jonas jonathan jordan jorge jorg jorn jose josef joseph josephine josh joshua joy joyce
    juan juanita judith judy jules julia julian juliane julie julien juliet julius jun jurgen justin justine justyna kai
    kamil kara karen karim karin karl karla karol karolina kasia kasper kate katarina katarzyna kate katerina katharina
    katherine kathleen kathrin kathy katia katie katja katrin katy kay keith kelly ken kenneth kenny kerstin kevin khalid
    kim kira kirsten kirsty klara klaus konrad kristian kristin kristina kristof krzysztof kurt kyle lara larry lars laura
    lauren laurent layla lea leah leander lee leila lena leni lennart lenny leo leon leona leonard leonie leonardo leslie
    levi lewis lia liam lidia lili lilian lilli lily lin lina linda lindsay linus lisa liv liz lizzie lola lorena lorenz
    lorenzo lotta lotte lou louis louisa louise luca lucas lucia luciana lucie lucy ludwig luis luisa luise luka lukas luke
    luna lydia lynn mads mae magda magdalena magnus mahmoud maja malik malin malte mandy manfred manuel manuela mara marc
    marcel marcela marcin marco marcos marcus marek margaret margarita margot maria mariam marian mariana marianne marie
    marina mario marion marisa marius mariusz marja marjan mark marko markus marlene marlon marta martha martin martina
    marvin mary mary-ann mascha massimo mateo mateusz mathias mathieu mathilda matilda matt matteo matthew matthias maurice
    mauro max maxim maximilian maya meera meg megan mehmet mei melanie melina melissa mercedes merle merve mia michael
    michaela michal michel michele michelle miguel mika mike mikkel mila milan milena milo mina minh mira miranda mirella
    miriam mirko mohamed mohammed moira molly mona monica monika morgan moritz morten moses murat mustafa myriam nadia
    nadine nadja naomi natalia natalie natascha natasha nathan nathaniel neil nele nell nelly nelson nia niall nicholas
    nick nicky nico nicola nicolas nicole niels nigel nikita nikki niklas niko nikolai nikolaus nikos nils nina noah noel
    noemi nora norbert norma norman nuno ola olaf ole oleg olga oliver olivia olivier omar orla oscar oskar osman otto owen
    pablo pam pamela paola paolo pascal pat patricia patrick patrik patryk paul paula paulina pauline paulo pavel pawel
    pedro peggy penelope penny per pete peter petra phil philip philipp philippa phoebe pia pierre piet pilar piotr polly
    priya quentin rachel rafael rahel rahul raj ralf ralph ramon ramona randy raphael raul ravi ray raymond rebecca regina
    reinhard rene renata renate rhys ricardo richard rick ricky riley rita rob robbie robert roberta roberto robin rocco
    rodrigo roger rohan roland rolf romain roman romy ron ronja rory rosa rosalie rosie ross roxana roy ruben rudi rudolf
    rui rupert russell ruth ryan sabine sabrina sadie said saida sally salma sam samantha samir samira samuel sandra sandro
    sanjay sara sarah sascha sasha saskia scott sean sebastian selin selina selma serena serge sergei sergio shane shannon
    sharon shaun sheila shirley sibel siegfried sienna sigrid silas silke silvia simon simona simone sina sinead sofia
    sofie sonia sonja sophia sophie soren stacy stan stanislav stefan stefania stefanie stella sten steph stephan stephanie
    stephen steve steven stuart sue sunita susan susanna susanne susi suzanne sven svenja svetlana sybille sylvia tabea
    tamara tania tanja tara tarek tatiana ted teresa terry tess tessa thea theo theodor theresa thomas thorsten tiago tilda
    till tim timo timothy tina tobias toby todd tom tomas tomasz tommy toni tony torben tracy trevor tristan trudy ulf ulla
    ulrich ulrike umut ursula ute uwe valentin valentina valeria valerie vanessa vera verena veronica veronika vicky victor
    victoria viktor viktoria vincent viola violet virginia vivian vladimir volker walter wanda wayne wendy werner wiebke
    wilhelm willem william wojciech wolfgang xavier yan yann yannick yara yasmin yasmine yusuf yuki yuri yves yvonne zac
    zach zahra zara zeynep zoe zofia zuzanna
    """
    )
)

# Names that are words first: on their own they name somebody only where a person must stand.
SHY = frozenset(
    bag(
        "can will may mark bill art don pat sue rob jun june april august sun max joy hope grant chase drew rich dawn rose ray "
        "see so an in no do am are is ask long short young day week king cook page lee min van de may per said till mae penny "
        "miles gene guy jack jean ken daisy violet holly amber ivy eve star sky rocky summer autumn winter sunny"
    )
)

WORDS = frozenset(
    bag(
        """
    a able about above absent access accept account across active actually add added adding address adds admin advance
    after afternoon again against age ago agree ahead air all allow almost alone along already alright also although always
    am amazing among amount an and another answer any anybody anymore anyone anything anyway anywhere apart app appear apply
    appointment april are area arm around arrive as aside ask asked asking asks assign at ate attend attendance attended
    august available average avoid awake away awesome back bad balance ball band bar barbell base be beat beautiful became
    because become been before began begin beginner behind being believe below bench best better between big bike bill
    birthday birthdays bit block body book booked booking bookings books both bottom bought box break breakfast bring broken
    brought build building built burpee burpees bus busy but buy by bye cal calendar call called calls came can cancel
    canceled cancelled cancelling cant capacity car card cardio care carry case cash cause change changed changes changing
    chart chat chats cheap check checked checking cheers choose claim class classes clean clear clearly client clients close
    closed club coach coached coaches coaching cold come comes coming compare complete computer contact continue cool core
    cost could couldn't count couple course cover create created credit crossfit crowded cup current currently cut cycle
    daily damn dance dark data date day days deadlift dead deal dear deadline december decide deep default delay delete deleted
    deserve desk detail details did didn't diet different difficult dinner direct do does doesn't doing dollars done don't
    dont door double doubles down draft drop dumbbell during each earlier early earn easier easy eat edit effort eight either
    eleven else email emails emom empty end ended ends energy engine english enjoy enough enter entire equal equipment even
    evening evenings event events ever every everybody everyone everything everywhere exactly example except exercise
    exercises expect expire explain export extra eye face fact fail failed fair fall family far fast fat favourite february
    fee feedback feel feeling feels felt few field fifteen fifth fight file fill final finally find fine finish finished fire
    first fit fitness five fix flow focus folks follow food foot for forever forget forgot form forward found four fran free
    freeze freezing frequently fresh friday fridays friend friends from front froze frozen full fun further future gave
    general german get gets getting gift girl give given gives giving glad go goal goals goes going gone gonna good gorgeous
    got grab great green group guess guest guide guy guys gym gyms gymnastics had haha half hall hand hands happen happened
    happening happens happy hard has hasn't hate have haven't having he head health healthy hear heard heart heavy held hello
    help her here hers herself hey hi high higher him himself hip his history hit hold holding holiday home hope hospital host
    hot hour hours house how however hundred hurt hurts husband ice idea if ill illness image imagine important improve in
    include info information injured injury inside instead interested intermediate into invite invitation invited invoice
    invoices is isn't issue it its it's january job join joined joining joins joke july jump june just keep keeps kept kettle
    kettlebell kg kick kid kids kill kilo kilos kind kitchen knee knees knew know known knows lack lane language large last
    late lately later latest laugh lazy lead learn least leave leaves leaving left leg legs less lesson let lets let's level
    lift lifting lifts light like liked likes likely limit line link list listed lists little live load local location lock
    locker log logged logs lol long longer look looking looks lose lost lot lots loud love loved low lower luck lunch machine
    made mail main maintain make makes making man manage many map march mark marked match mate mates matter may maybe me meal
    mean means meant meet meeting member members membership memberships men mention message messages met midday middle might
    mile miles mind mine minimum minute minutes miss missed missing mistake mobility moment monday mondays money month monthly
    months mood more morning mornings most mother motivation mouth move moved movement moves moving much murph muscle music
    must my myself name named names near nearly neck need needed needs neither never new newest news next nice night nights
    nine no nobody noise none noon nor normal not note noted notes nothing notice noticed notification notifications november
    now number numbers nutrition object october of off offer office often oh ok okay old olympic on once one ones only onto
    open opened opening opens option or order other others otherwise ought our ours out outside over overdue overview owe owed
    owes owing own owner pace pack page paid pain pair paper parents park part partner party pass past pause paused pay paying
    payment payments pays people per percent perfect perhaps person phone photo pick picture piece pizza place plan planned
    plans play please pls plus plz point pool poor possible post pound pounds power practice prefer prefers prepare present
    press pretty price private probably problem profile profiles program programs progress promise pull pullup pullups push
    pushup pushups put puts quarter question questions quick quickly quiet quite quit rain raise ran rather reach read ready
    real really reason receive recent recently record red redo reduce regular remain remember remind reminder reminders remove
    removed rename repeat replace reply report reports request rescheduled reserve reservation reset rest restaurant result
    results return reverse review rid right ring road role roll room roster round rounds row rower rowing rule rules run
    runner running runs safe said sale same saturday saturdays save saw say says schedule scheduled school score search season
    seat seats second seconds see seem seems seen sell send sending sent september series serious service session sessions set
    sets setting settings seven several shall share she shift shirt shoe shoes shop short should shoulder shoulders
    shouldn't show showed showing shower shows sick side sign signed signing simple since single sister sit six sixth size
    skip sleep slot slots slow slowly small so soft sold some somebody somehow someone something sometime sometimes somewhere
    soon sore sorry sort sorts kind kinds sound sounds space speak special spend spot spots squat squats staff stand start started starting
    starts status stay steady step still stomach stop store story straight street strength strengths stretch strong student
    stuff stupid subject such suck sugar suit summer sun sunday sundays super supper support suppose sure swap sweet swim
    swing switch system table tag take taken takes taking talk talked tall tap task tasks taste teach teaches teaching team
    tell ten terrible test text than thank thanks thankyou that that's thats the their theirs them themselves then there
    there's therefore these they they're thing things think thinking third thirty this those though thought thousand three
    through throw thru thruster thrusters thursday thursdays thx ticket tidy till time times timetable timezone tip tired to
    today todays toilet told tomorrow tomorrows ton tonight too took tool top total totally touch tough towards towel track
    traffic train trained trainer trainers training transfer travel tree trial triage tried trip trouble true trust try trying
    tuesday tuesdays turn turned twelve twenty twice two type types ugly unable unbook under understand undo unfreeze
    unlimited unless unpaid until untill up upcoming update updated upper upset urgent us usage use used user uses using usual
    usually vacation value version very via view visit visits voice wait waiting waitlist wake walk wall want wanted wants
    warm warmup was wash wasn't watch water way we weak wear weather wednesday wednesdays week weekend weekends weekly weeks
    weight weights weird welcome well went were weren't what what's whats whatever when whenever where wherever whether which
    while whistle white who who's whole whom whose why wife will willing win window winter wish with within without wod wods
    woke woman women won won't wonder word words work worked working workout workouts works world worried worry worse worst
    worth would wouldn't wow write written wrong wrote yay yeah year years yep yes yesterday yet yoga you you're young your
    yours yourself zero zone tmrw tmr tomoz 2moro asap btw fyi idk imo omg nvm pm am rn ty tbh wanna gotta cuz cos bc bro dude
    gimme lemme whos hows dont doesnt didnt isnt wasnt arent hasnt havent wont shouldnt wouldnt couldnt im ive ill id youre
    theyre hes shes weve theyve mon tue tues wed weds thu thur thurs fri sat jan feb mar apr jul aug sep sept oct nov dec
    """
    )
)


def is_plain(word: str) -> bool:
    """Whether a word, folded or not, is no name by itself."""
    low = word.casefold()
    return low in WORDS or low.replace("’", "'").replace("'", "") in WORDS
