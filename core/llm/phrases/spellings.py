"""Chat spellings, short forms and contractions, as the words they stand for."""

SPELLINGS: dict[str, tuple[str, ...]] = {
    key: tuple(words.split())
    for key, words in {
        "em": "them", "wts": "what is", "goo": "go", "ngl": "honestly", "tbh": "honestly", "imo": "honestly", "af": "really",
        "fr": "really", "hmu": "give me", "pls": "please", "plz": "please", "plss": "please", "pleas": "please",
        "plese": "please", "thx": "thanks", "thnx": "thanks", "tnx": "thanks", "tx": "thanks", "ty": "thanks",
        "tysm": "thanks", "cheers": "thanks", "ta": "thanks", "da": "the", "wut": "what", "wuts": "what is", "wen": "when",
        "teh": "the", "haz": "have", "clas": "class", "capasity": "capacity", "persons": "people", "nr": "number",
        "cud": "could", "wud": "would", "wld": "would", "cld": "could", "shld": "should", "u": "you", "ya": "you", "ur": "your", "r": "are", "y": "why", "wanna": "want to",
        "gonna": "going to", "gotta": "have to", "gimme": "give me", "lemme": "let me", "wht": "what", "wat": "what",
        "wot": "what", "wich": "which", "whcih": "which", "whos": "who is", "whose": "who is", "whats": "what is",
        "wats": "what is", "wots": "what is", "whens": "when is", "wheres": "where is", "hows": "how is", "thats": "that is",
        "theres": "there is", "its": "it is", "im": "i am", "ive": "i have", "ill": "ill", "id": "i would", "itll": "it will",
        "youre": "you are", "were": "were", "theyre": "they are", "hes": "he is", "shes": "she is", "lets": "let us",
        "cuz": "because", "coz": "because", "cos": "because", "bc": "because", "bcs": "because", "bcoz": "because",
        "cause": "because", "w": "with", "rn": "now", "n": "and", "cannot": "cant", "dnt": "dont", "doesn": "doesnt",
        "abt": "about", "ppl": "people", "msg": "message", "msgs": "messages", "sesh": "session", "sched": "schedule",
        "hv": "have", "hav": "have", "smth": "something", "sth": "something", "sum1": "someone", "every1": "everyone",
        "k": "ok", "okay": "ok", "yo": "hey", "heya": "hey", "hiya": "hey", "hallo": "hello", "helo": "hello", "ello": "hello",
        "thankyou": "thanks", "kindly": "please", "asap": "asap", "mins": "minutes", "min": "minutes", "hrs": "hours",
        "wk": "week", "wknd": "weekend", "alot": "lot", "bday": "birthday", "bdays": "birthdays", "tele": "phone",
        "bk": "book", "boook": "book", "cxl": "cancel", "storno": "cancel", "stornieren": "cancel", "tel": "phone",
        "canx": "cancel", "cncl": "cancel", "nite": "night", "nites": "nights", "appt": "appointment", "attn": "attention",
        "avail": "available", "b4": "before", "gr8": "great", "l8r": "later", "l8": "late", "thanx": "thanks",
        "thxs": "thanks", "tyvm": "thanks", "pleaz": "please", "plis": "please", "wanne": "want to", "wana": "want to",
        "gonne": "going to", "dunno": "dont know", "tho": "though", "bcause": "because", "becuz": "because",
        "becasue": "because", "shud": "should", "havent": "havent", "membr": "member", "memeber": "member",
        "shedule": "schedule", "scedule": "schedule", "schedual": "schedule", "timtable": "timetable",
        "timetabel": "timetable", "excercise": "exercise", "excercises": "exercises", "exercize": "exercise",
        "excersise": "exercise", "canceled": "cancelled", "cancle": "cancel", "cancell": "cancel", "resevation": "reservation",
        "bookin": "booking", "bokking": "booking", "avaliable": "available", "avalible": "available", "pic": "picture",
        "info": "info", "deets": "details", "reg": "register", "mbr": "member", "aint": "isnt", "heres": "here is",
        "aight": "alright", "deffo": "definitely", "sry": "sorry", "srry": "sorry", "soz": "sorry",
    }.items()
}  # fmt: skip
