"""English."""

from bot.orders import DocumentKind as Kind
from bot.questions.lexicon.shape import Lexicon, kinds, numbered, phrases, words
from bot.questions.question import Intent

ENGLISH = Lexicon(
    language="en",
    common=words(
        """disturb bother quiet
        a about after again all already also am an and any anything are as at be been before but by
        can check could day did do does doing dont done each ever every for from get give go got had has
        have havent hello her here hey hi him his how i id if ill im in into is isnt it its ive just know
        later let like look looking make many may me might more most much my need never new next no not
        now of ok on one only or other our out over please plz pls right see send sent she should show so
        some soon still tell than that thats the their them then there theres these they this those thank
        thanks think to too up update updates us very want was we were weve what whats when wheres which
        while who why will with would yes yet you your youre first second third great good morning
        afternoon evening right where until since between last week month today yesterday placed"""
    ),
    courtesies=words(
        """please plz pls plese kindly hi hey hello hiya thanks thank you thx ty bot orderbot there team
        all everyone guys ok okay so and can could would i just my is it its the to a dear good morning
        afternoon evening day sir madam folks mate sorry quickly quick asap urgent urgently cheers again
        here now for me be bye goodbye"""
    ),
    anywhere={
        Intent.UNLINK: phrases(
            """unlink; unlink me; disconnect me; disconnect my account; disconnect this account;
            disconnect my chat; log me out; sign me out; forget me; forget my account;
            forget my data; remove my account; remove my link; delete my account; delete my data;
            delete my link; revoke my access; stop linking; unpair me; unregister me"""
        ),
        Intent.WHO_AM_I: phrases(
            """who am i; whoami; who is this linked to; who i am; which company;
            what company; whose orders; which account; what account; my company name; who are we;
            what am i linked to; am i linked; am i connected; am i logged in;
            who do you think i am; logged in as; linked to which; what do you know about me;
            which companies"""
        ),
        Intent.LINK: phrases(
            """link me; link my account; link my company; link my chat; link my email;
            link account; link my slack; link my telegram; link this account; link us; get linked;
            be linked; how do i link; how to link; want to link; connect me; connect my account;
            connect my company; connect my email; connect account; connect my slack;
            connect my telegram; get connected; how do i connect; how to connect; log me in;
            sign me in; sign me up; how do i log in; how do i login; how do i sign in;
            how do i register; how can i register; how can i link; how can i connect; get the code;
            did not get a code; didnt get a code; no code; lost the code; code expired;
            register me; register my account; pair my account; verify me; verify my email;
            verify my account; my email is; my e mail is; my work email; email address is;
            send me a code; send me the code; send a new code; new code; resend the code;
            resend code; another code; get access; give me access; need access"""
        ),
        Intent.HELP: phrases(
            """what can you do; what do you do; what can i ask; what can i do; what can i say;
            how does this work; how does it work; how do you work; how do i use; how to use;
            what are you; who are you; show help; show commands; list commands; what commands;
            help me please; your features; can you do; i need help; i dont understand;
            what is this; what now; instructions; talk to a person; talk to someone;
            talk to a human; speak to; real person; human; an agent"""
        ),
        Intent.THANKS: phrases(
            """thanks for; thank you for; thx for; many thanks; thanks a lot; thanks so much;
            thank you so much; thank you very much; much appreciated; that helps; that helped;
            that was helpful; very helpful; so helpful; thats all; that is all; thanks thats all"""
        ),
    },
    alone={
        Intent.UNLINK: phrases("disconnect; log out; logout; log off; logoff; sign out; signout; leave"),
        Intent.LINK: phrases(
            """link; connect; log in; login; sign in; signin; sign up; signup; register; subscribe;
            linking; verify; authenticate; i want to link; i want to connect; account"""
        ),
        Intent.HELP: phrases(
            """help; hlep; hepl; halp; help me; i need help; need help; can you help;
            can you help me; commands; menu; options; usage; start; how; what; info; manual; faq;
            support; get started; getting started"""
        ),
        Intent.WHO_AM_I: phrases("who; me; profile; my profile; my company; my account; company"),
        Intent.THANKS: phrases(
            """thanks; thank you; thx; ty; tks; cheers; great; perfect; awesome; ok; okay;
            excellent; got it; nice; cool; great thanks; perfect thanks; ok thanks; thank u; tysm;
            much appreciated; appreciated; good bot; you rock; amazing; brilliant; wonderful;
            lovely; super; ta; noted; nice one; well done; good job; great job"""
        ),
        Intent.GREETING: phrases(
            """hi; hello; hey; hiya; howdy; yo; good morning; good afternoon; good evening;
            good day; greetings; morning; hi there; hello there; hey there; how are you;
            hi how are you; hows it going; how is it going; how do you do; hope you are well; hope all is
            well; hello how are you; whats up; sup; anyone there; are you there; test;
            ping; hello world"""
        ),
        Intent.LIST: phrases(
            """show me everything; show everything; list everything; list; all; everything; history; recent;
            latest; show all; list all"""
        ),
        Intent.FIND: phrases("order; my order; an order; this order; the order; search; find; lookup"),
    },
    listing=phrases(
        """orders; my orders; our orders; order history; order list; list of orders;
            purchase history; recent purchases; what did we order; what have we ordered;
            what did i order; what have i ordered; what did we buy; what did i buy; what have we bought;
            ordered; purchases; pos; purchase orders;
            sales orders; what is open; whats open; what is still; whats still; anything open;
            anything pending; whats pending; what is pending; whats outstanding;
            what is outstanding; what are we waiting for; whats coming; what is coming;
            whats on the way; what is on the way; whats new"""
    ),
    code=phrases("code; verification; otp; pin; passcode; security code; access code"),
    order=words("order purchase sale delivery shipment"),
    orders=words("orders purchases pos shipments deliveries"),
    between_count_and_order=words(
        """most recent recently latest newest open pending outstanding new old older my our purchase sales
        web online placed active delivered shipped cancelled canceled closed of the undelivered unshipped
        last"""
    ),
    newest=words("last latest newest recent past top first previous"),
    counts=numbered(
        """one=1 two=2 couple=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11
        twelve dozen=12 fifteen=15 twenty=20 thirty=30 fifty=50 sixty=60 ninety=90 hundred=100"""
    ),
    documents=kinds(
        {
            """invoice; invoices; bill; bills; receipt; receipts; inv; invs; pdf invoice;
            invoice pdf; commercial invoice; invoice copy; copy of the invoice; invoice copies;
            vat invoice; tax invoice; billing document; invoice document; pdf of the invoice;
            sales invoice; billing; invoice file""": (Kind.INVOICE_PDF,),
            "pdf; pdfs; pdf file": (Kind.INVOICE_PDF,),
            """danfe; danfes; danfe pdf; pdf danfe; danfe of the nf e; pdf of the nf e; nf e pdf;
            nfe pdf; pdf of the nfe""": (Kind.DANFE,),
            """xml; xmls; xml file; xml files; nfe xml; nf e xml; xml nfe; xml nf e;
            xml of the nfe; xml of the nf e; invoice xml; xml invoice; xml of the invoice; tax xml""": (
                Kind.NFE_XML,
            ),
            """tax document; tax documents; fiscal document; fiscal documents; fiscal note;
            fiscal notes; fiscal invoice; fiscal invoices; nota fiscal; notas fiscais; tax note;
            tax receipt; nf; nfs; nf e; nfe; nfes; brazilian invoice""": (Kind.DANFE, Kind.NFE_XML),
            """e invoice; einvoice; e invoices; einvoices; electronic invoice; electronic invoices;
            ubl; peppol; peppol invoice; facturx; zugferd; xrechnung; ubl xml; peppol xml""": (
                Kind.EINVOICE_XML,
            ),
            """credit note; credit notes; credit memo; credit memos; credit invoice; refund note;
            credit slip""": (Kind.CREDIT_NOTE,),
            "debit note; debit notes; debit memo; debit memos": (Kind.DEBIT_NOTE,),
            """boleto; boletos; payment slip; payment slips; bank slip; bank slips; payslip;
            pay slip; billet; bar code; barcode; payment form; payment bill; boleto pdf""": (Kind.BOLETO,),
            """transfer slip; transfer slips; bank transfer; transfer receipt; wire receipt;
            wire slip; proof of payment; payment receipt; proof of transfer; bank transfer slip""": (
                Kind.TRANSFER_SLIP,
            ),
            "gare; gare guide": (Kind.GARE,),
            "gnre; gnre guide; tax guide; tax payment guide; state tax guide": (Kind.GNRE,),
            """statement; statements; account statement; statement of account;
            statement of accounts; customer statement; billing statement""": (Kind.STATEMENT,),
            """serial numbers; serial number; serials; serial; serial list; serial number list;
            serial nos; serial no; serial numbers list; list of serial numbers; list of serials;
            sn list""": (Kind.SERIAL_NUMBERS,),
            """order confirmation; order confirmations; order acknowledgement;
            order acknowledgment; confirmation of the order; confirmation of order; confirmation of our
        order; acknowledgement of the order;
            confirmation document; confirmation pdf; order acknowledgements; order copy;
            copy of the order""": (Kind.ORDER_CONFIRMATION,),
            """packing slip; packing slips; packingslip; packinglist; packing list; packing lists;
            packaging slip; packaging list; pick list; picking list; shipping list; packlist""": (
                Kind.PACKING_SLIP,
            ),
            """delivery note; delivery notes; dn; dns; despatch note; dispatch note; shipping note;
            despatch advice;
            dispatch advice; delivery slip; delivery slips; delivery docket; delivery dockets; goods issue;
            advice note; goods received note; asn; asns; advance ship notice;
            advance shipping notice""": (Kind.DELIVERY_NOTE,),
            """ct e; cte; ctes; cte xml; ct e xml; xml of the cte; xml of the ct e; freight xml;
            freight document; freight documents""": (Kind.CTE_XML,),
            """dacte; dactes; bill of lading; bills of lading; bol; waybill; way bill; consignment note;
            cmr;
            freight bill""": (Kind.DACTE,),
            """correction letter; correction letters; letter of correction; cc e; cce; carta de correcao;
            correction of the invoice""": (Kind.CCE,),
            """service invoice; service invoices; nfs e; nfse; nfse pdf; invoice for the service;
            invoice for services""": (Kind.NFSE_PDF,),
            "nfse xml; nfs e xml; xml of the nfse; xml of the service invoice": (Kind.NFSE_XML,),
            """certificate; certificates; quality certificate; quality certificates; certificate of quality;
            certificate of analysis; certificates of analysis; coa; coas; certificate of conformity;
            certificates of conformity; conformity certificate; certificate of compliance; coc; cocs;
            cofc; cofcs; cofa; cofas; c of c; c of a;
            certs of conformity; cert of conformity; certificate of conformance;
            certificate of origin; certificates of origin; coo; mill certificate; mill certificates;
            mill cert; mill certs; mtr; mtrs; mtc; mtcs; material test report; material test reports;
             test certificate; material certificate; msds; sds; safety data sheet;
            safety data sheets; safety sheet; data sheet; datasheet; test report; calibration certificate;
            inspection report; certs; cert""": (Kind.CERTIFICATE,),
            """proof of delivery; proofs of delivery; pod; pods; delivery proof; delivery receipt;
            delivery receipts; signed delivery note; signed receipt; signed delivery;
            delivery signature; proof delivery; signed pod; signed copy; delivery confirmation; evidence of
            delivery; proof of receipt; signed paperwork""": (Kind.PROOF_OF_DELIVERY,),
        }
    ),
    all_documents=phrases(
        """documents; document; docs; doc; files; all documents; all the documents; all docs;
            all files; all the files; every document; every file; paperwork; papers; attachments;
            documentation; all paperwork; complete documents; full documents; all pdfs"""
    ),
    belonging=phrases(
        """of; of the; for; for the; from; from the; to; to the; on; on the; of our; of my;
            for our; for my; in; belonging to; of that; of this; for that; for this"""
    ),
    number_words=words(
        "number numbers no nos nr nrs num nbr id ids ref refs reference n code is was : - # s"
    ),
    prefixes=words("po pos so sos wo inv cpo spo so ord"),
    doubtful_prefixes=words("so pos sos ord"),
    invoice_prefixes=words("nf nfe nf-e nfs nfes"),
    invoices=words("invoice invoices inv bill"),
    series=words("series serie ser"),
    other_numbers=words(
        """remittance bacs chaps swift uen paid transferred phone tel telephone mobile cell cellphone call
        whatsapp fax extension ext sku
        part
        item product
        article ean gtin upc cnpj cpf vat tax zip postcode postal room suite floor street building version
        page line model qty quantity box iban account zipcode dial lot batch building unit"""
    ),
    quantities=words(
        """units unit pieces piece pcs pc boxes box pallets pallet cartons carton items item products
        product kg kgs kilos kilograms g grams tons tonnes lbs pounds liters litres l ml meters metres m
        cm mm km hours hour hrs days day weeks week months month years year minutes minute min mins
        seconds times people users persons lines line packages package parcels parcel bags drums rolls
        sets pairs cases case bottles dollars euros percent pages page copies questions things customers
        percent"""
    ),
    joins=words("and or & + plus also also, then"),
    months=numbered(
        """january jan=1 february feb=2 march mar=3 april apr=4 may=5 june jun=6 july jul=7 august aug=8
        september sep sept=9 october oct=10 november nov=11 december dec=12"""
    ),
    weekdays=numbered(
        """monday mon=0 tuesday tue tues=1 wednesday wed weds=2 thursday thu thur thurs=3 friday fri=4
        saturday sat=5 sunday sun=6"""
    ),
    doubtful_dates=words("may march mar jan sep dec mon tue wed thu fri sat sun"),
    days={
        "tomorrow": 1,
        "today": 0,
        "yesterday": -1,
        "day before yesterday": -2,
        "the other day": -2,
        "this morning": 0,
        "last night": -1,
    },
    units={
        "hour": "hour",
        "hours": "hour",
        "hrs": "hour",
        "day": "day",
        "days": "day",
        "week": "week",
        "weeks": "week",
        "wk": "week",
        "wks": "week",
        "month": "month",
        "months": "month",
        "quarter": "quarter",
        "quarters": "quarter",
        "year": "year",
        "years": "year",
        "fortnight": "fortnight",
        "half": "half",
        "semester": "half",
    },
    this=words("this current"),
    previous=words("last previous prior"),
    previous_after=frozenset(),
    coming=words("next coming upcoming following"),
    parts=numbered("first 1st=1 second 2nd=2 third 3rd=3 fourth 4th=4"),
    edge_first=phrases(
        "start of; start of the; beginning of; beginning of the; early; beginning of this; start of this"
    ),
    edge_last=phrases("end of; end of the; end of this; late"),
    rolling=words("last past previous latest recent"),
    ago=words("ago back"),
    ago_before=frozenset(),
    since=phrases("since; starting; starting from; starting on; as of; as from; beginning; from and after"),
    since_day=phrases("from"),
    until=phrases("until; till; til; up to; through; thru; up until; no later than; not later than"),
    before=phrases("older than; more than; before; earlier than; prior to; older than"),
    after=phrases("after; later than; newer than; past"),
    between=phrases("between; betwen; beetween"),
    range_joins=phrases("and; to; until; till; through; thru; -; &; up to"),
    at=phrases("in; on; of; for; during; dated; from; within; over; placed on; placed in; by; at; within"),
    of=words("of"),
    articles=words("the of"),
    ordinals=words("st nd rd th"),
    not_misspelt=words("parking statue statues picking backing deliver debut packed parcel delivers"),
)
"""English, the language that must never fail."""
