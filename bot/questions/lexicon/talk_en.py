"""What people do with English words."""

from bot.questions.lexicon.talk import Concept, Talk

ENGLISH_TALK: Talk = {
    Concept.ALERT: """notify; notified; notification; (alert|warn) (me|us); be (alerted|warned); send _
        alert; an alert; (keep|kept) (me|us|an eye) (posted|updated|informed|in the loop|on); keep track
        of; ping (me|us); remind (me|us); heads up; watch; watching; monitor; subscribe to; follow;
        (eye|eyes|tabs) on;
        (give|drop|shoot) (me|us) a (shout|ping|note|line|message|text|call|buzz|ring)""",
    Concept.TELL: """hear (about|when|if|once|as soon|from you);
        (tell|inform|update|alert|warn) (the|our|my|everyone|everybody|all|them); (an|a)
        (email|mail|message|text|note|sms|call|ping|notice|shout);
        (let|lemme) (me|us)? know; lmk; tell (me|us); inform (me|us); update (me|us);
        (message|text|email|write) (me|us); (receive|get) (an|a) (email|mail|message|text|
        sms|notice); let (me|us) hear""",
    Concept.ONCE: """(about|of|on|regarding|with|for|when there (are|is)|if there (are|is)) any
        (further)? (delay|delays|change|changes|issue|issues|problem|problems|slip|slippage|movement|news);
        soon as;
        once; as soon as; whenever; the moment; the minute; (every|each) time; in case;
        asap when; when (it|they|#|order|po|the|my|our|this|that|anything|something) _
        (ships|ship|leaves|leave|arrives| arrive|goes|lands|comes
        in|dispatches|despatches|changes|change|gets|get|moves|is|are|has|have) (been|being)? (out|in|up|on
        its way|on the
        way|delivered|shipped|dispatched|despatched|invoiced|billed|ready|available|loaded|picked|packed|
        uploaded|posted|approved|issued|signed|raised|generated|created|completed|processed|collected|
        delayed|sent|released|late|there|here|status|hands|to|by|at|from|#|please|pls|thanks|and)?;
        if _ (is|are) (going to|gonna|about to|likely to) (be|get|run|slip|arrive|come|ship)?;
        if _ (will|wont) (be|arrive|miss|slip|run) _ (late|delayed|on time|behind)?; if
        (it|they|#|order|po|the|my|our|this|that|anything|something|there|any) _
        (gets|get|changes|change| slips|slip|slides|ships|arrives|leaves|goes|moves|happens|is
        delayed|runs late|run late|running late|becomes|misses)""",
    Concept.QUESTION: """where; status; state of; eta; etas; (when|what time)
        (will|can|could|should|was|were|did| do|does|am i|are you|would); when (is|are) _
        (due|expected|arriving|coming|going|scheduled|leaving);
        (has|have|had|did|does|do|was|were|will|would) (it|they|#|order|po|the|my|our|this|that);
        (has|have|had|did|does|do|was|were) you; if
        _ (has|have|had|was|were|did|is|are|will) (shipped|left|arrived|been|gone|already|on
        time|late|not| still|be|leave|ship|arrive)?; whether; how (long|far|soon|come); why; who; which
        carrier; tracking; track; expected; estimated; arrival; delivery date; lead time; ship date; on
        time; progress; any idea; what happened; what is happening; whats happening; whats going on;
        whats up; look up; lookup; check; can (we|i) expect; should (we|i) expect; missing; short
        shipped; damaged; wrong; stuck; on hold; held up; shipped; arrived; delivered; received;
        delivery; deliveries; shipment; deliver; ship; arrive; arriving; details; carrier; coming;
        invoiced; paid; blocked; delayed; late; news on; news for; stand""",
    Concept.STOP: """no (moar|mo);
        stop; stopped; no more; cancel; turn off; switch off; turn _ off; disable;
        deactivate; mute; silence; dont; do not; never; quit; end; remove; delete; pause; no longer;
        anymore; any more; enough; no need to; need not; neednt; drop; kill; end""",
    Concept.ALERTS: """heard (enough|too much|plenty); hear* (about|from|anything|more);
        (weekly|daily|monday|tuesday|wednesday|thursday|friday|
        morning|these|those|the)
        (reports?|summar*|digests?|emails?|mails?); (report|reports|digest|digests|summaries)
        (on|about|every|each|please|pls); (send|sending|sends|getting|receiving) (me|us)?
        (stuff|things|anything|messages|emails|news)? (about|on|for|regarding);
        notif*; alert; alerts; alerting; ping; pings; pinging; watch; watches; watching;
        watchlist; follow; following; remind; reminding; reminder; reminders; subscription; msging;
        texting; emailing; spamming; pestering; bugging;
        subscriptions; updates; (tell|telling|tells) (me|us); messag* (me|us); send* (me|us) updates;
        monitoring; posted; bother* (me|us); more (messages|emails|mails|texts|email); the
        (messages|emails|mails|texts) (about|on|for|regarding|from); subscribed;
        (text|email|mail|spam|pester|bug) (me|us)""",
    Concept.SHOW: """list; show; see; which; what; whats; my; our; active; am i; are we; do i; do we;
        any; all; current; view; manage""",
    Concept.UNWATCH: """(no need|need not|neednt) (to)? (watch|follow|monitor|track);
        done (watching|following|tracking|monitoring) _ #; (no longer|not) interested in;
        unwatch; unfollow; unsubscribe;
        (dont|no longer|do not|need not|neednt) (need|want|have)? (you)? (to)?
        (watch|follow|monitor|track)*; mute; unmute; snooze; silence;
        stop (watching|following|monitoring|tracking); take me off (the)?
        (alerts|updates|list|notifications);
        opt (me)? out""",
    Concept.CHANGED: """(what|whats|anything) (have|did|ve)? (i|we) (have)? (miss|missed);
        changed; changes; (anything|something|what|whats) (has|have|is)?
        (change|different); different; what did (i|we) miss; since (i|we) last; since last
        (time|asked|checked); (bring|get|catch|fill) (me|us) (up|in) _ (since|on); (bring|get|catch)
        (me|us) up;
        (bring|get) (me|us) up to (speed|date); (anything|something|much) _
        (moved?|happened|happen|developed);
        (whats|what) (has|have)? (moved|budged|progressed|advanced); (anything|something)
        (move|budge|progress); what (has|have) happened
        (since|this|today|lately|in|over|while|the);
        (any|some) (movement|movements|developments|development|modifications); did _ change; any change;
        recap; what happened
        (this|last|since|today|yesterday|while)""",
    Concept.NEWS: """whats new; what new; what is new; (anything|something) new; any news; news; any
        updates; any update; updates; update on; (an|the|some) update""",
    Concept.SHARE: """share; shared; sharing; post; publish; broadcast; forward; show; put; send; drop;
        copy in; tell; announce; make _ visible; visible (to|for); reveal; display; let _ see; let _ of _
        see; so _
        (can)? see; can _ see""",
    Concept.OTHERS: """(to|with) (the|our)?
        (purchasing|accounts|accounting|finance|logistics|warehouse|buyers|planning|procurement)
        (team|department|dept|people)?;
        teammates; team mates; teammate; coworkers; co workers; the others; the rest; the
        lads; the guys;
        (the|our|my|this|that|whole|entire)
        (team|channel|group|chat|thread|colleagues|colleague|room| boss|crew|others); everyone;
        everybody; colleagues; here in; in here; to others; with others; with (them|him|her); for all to
        see; (to|in|with) #? channel; in public""",
    Concept.SEND: """send; sent me; snd; resend; forward; email; download; copy; copies; attach;
        attached; reissue; provide; (give|hand|pass|grab|pull|fetch) (me|us|hold)?;
        get(?! (paid|sent|done|there|here|in|out|to|delivered|shipped|invoiced|billed)) (me|us|hold)?;
        another one;
        duplicate; reprint; print; (can|could|may) (i|we) (have|get|see); (didnt|dont|havent|hasnt|have
        not|did not|do not|never|not) _ (received|receive|get|got|have|arrived|find|gotten); reprocess;
        show me; let me (have|see)""",
    Concept.WANT: """need; want; wanted; require; wants; needs; looking for; would like; like; missing;
    requesting; request
        need; want; require; wants; needs; looking for; would like; like; missing; requesting; request""",
    Concept.KNOW: """know; tell (me|us); check; verify; confirm; find out; wondering; ask; see if; see
        whether; understand; asking""",
    Concept.STATE_OF_DOCUMENT: """(which|what) (invoice|invoices|bill) (number)?
        (covers|cover|is|was|has|did|do|relates|matches|includes|contains);
        paid; unpaid; pay; due; issued; settled; cleared; overdue; balance;
        outstanding; how much; owed; owe; amount; total; correct; wrong; come through; gone through;
        which (order|po); what (order|po); belong; belongs; refer to; refers to; cancelled; canceled;
        registered; authorised; authorized; approved; whats on; when (was|is|will); already sent;
        still open; open on; payment; (status|state) of (the|my|our|that|an)? (invoice|bill|
        boleto|nf|nota|danfe|credit); (has|have|was|were|is) _
        (been|issued|raised|booked); disputed; received payment; charged; overcharged""",
    Concept.BEYOND: """(change|increase|reduce|raise|lower|up|cut|adjust|update|double|make) _
        (quantity|quantities|qty);
        (can|could|would|please|you) (you|we|i)? (please)? (double|halve|raise|lower|bump
        up|swap|replace|substitute|expand)
        (the|my|our|this|that|qty|quantity|#);
        (stop|halt|pause|block) (the|my|our|this) (shipment|delivery|order|dispatch|truck|production);
        (raise|bump|lower|drop|set|move|push|bring|increase|reduce) (up|back|out|forward|down)?
        (the|our|my) (quantity|qty|quantities|date|address|price); what time is it; the time in;
        discount; discounts;
        cancel (the|my|our|this|that|an|all|order|orders|po|#|it); cancel purchase;
        (like|want|need|wish|love) to (order|buy|purchase) (another|more|some|extra|#|a|an|
        again|additional|two|ten|five);
        (change|modify|edit|amend|correct)
        (the|my|our|this|that|delivery|shipping|order|address|po|#|quantity) _
        (address|quantity|quantities|qty|date|order|items|item|line|lines|po|#); (add|increase|reduce) _
        (to|on|quantity|qty) (the|my|our|this|order|po|#)?; reorder; order again; place (an|a
        new|another|new) order; new order; quote; quotation; price list; price of; pricing; prices; how
        much (is|are|does|do|would) (a|an|one|it cost|they cost|the item|this item); best price; unit price;
        stock level; availability of; (can|could|would|please|you|lets|want to|like to|need to)
        (you|we|i)? (please)? (hold|postpone|reschedule|divert|redirect|reroute|merge|amend|push back)
        (off)? (the|my|our|this|that|it|order|delivery|shipment|po|#); return
        (the|my|this|#|order|these|some); (open|file|make|raise) a
        (complaint|claim| ticket|return); exchange; refund (me|my|the|order|#); weather; rain; raining;
        snow; sunny; joke; (to|can
        i|can we|ill|lets|please) (buy|sell); recipe; football; forecast for; poem""",
    Concept.STOCK: "in stock; on the shelf; on stock",
    Concept.ONE: """(my|our|the|this|that)
        (order|delivery|shipment|parcel|package|goods|stuff|purchase|truck|pallet|
        material|materials|things|items); it; its; an order""",
    Concept.PROGRESS: """eta; etas; tracking; status; delivery; shipped; arrived; delivered; track;
    order; arriving; shipping""",
    Concept.BACK: """and (the|its|their|also); and; also; what about; how about; its; that one; that
        order; this order; the same; same order; of it; for it; for that; for this; also the; plus the""",
    Concept.WHICH: """what; whats; which; anything; any; everything; all; list; show; how many; give me;
        are there; do we have; we have; orders; overview; summary; report""",
    Concept.SWITCH: """(switch|change|use|swap|select|pick|choose|move|jump|toggle|go|see) (me|us)?
        (back|over)? (to|into|between|my|the|another|an|a)?
        (another|different|other|our|my|second|next|sister|parent|of)? (our|my)?
        (company|companies|companys|customer|account|accounts|entity|entities|subsidiary);
        (switch|swap|move|jump|flip|toggle|change) (me|us)? (over|back)? (to|into);
        (another|different|other|second|sister) (company|companies|companys|entity|subsidiary); act as; act
        for; work as; (look|ask|work|continue|act|check|browse|operate) (at|as|for|in|under|on|into)
        (the|our|my)
        _ (entity|company|subsidiary|account|affiliate); on behalf of; (ask|speak|look) (as|for) (the|our|my)
        (other|second|sister|parent|branch|company|subsidiary)""",
    Concept.LINK: """(isnt|not|havent|arent|hasnt|not been) (yet|been)?
        (connected|linked|registered|onboarded|set up|signed up);
        (link|connect|register|pair|verify|enrol|enroll|authenticate|validate|add|activate)
        (me|us|my| this|our|the|myself) _
        (account|company|chat|slack|telegram|email|bot|user|access|profile|in|up);
        (recogni*|identify|know|accept) (me|us) (as|is)?; as a (customer|client|buyer|user);
        (link|connect|register|verify|pair) (me|us|myself|account);
        (hook|tie|bind|wire|attach|associate|pair|join|plug) (me|us|my|this|our|the|up)
        _ (to|with|up|into|account|company|in); sign (me|us)? up; sign (me|us)? in;
        log (me|us)? in; (how|want|need|like) _ (register|sign up|log in|login|get access|have
        access|link| connect|onboard); (get|getting|obtain|request|receive|have|gain|needs|grant|set)
        (me|us|up)? access; give (me|us) access; my (email|e mail|mail) is; new code;
        another code; resend _ code; send _ code; get started as""",
    Concept.UNLINK: """unlink; (my|our) (login|account|access|link|data|details|profile|user|connection)
        (be)? (removed|deleted|closed|revoked|erased|gone|wiped|ended|cancelled|canceled|undone);
        (end|cut|break|sever|terminate|undo|stop|remove|close|drop)
        (the|my|our|this) (connection|link|linking|pairing|association|tie) _
        (account|company|chat|channel|between|with|to|here|please|now)?; disconnect
        (me|us|my|this|our|account|from); log (me|us)? (out|off); sign
        (me|us)? (out|off); forget (me|us|my); (remove|delete|close|erase|drop) (my|our|this)
        (account|link|access|data| profile|connection); revoke (my|our)? access; logout""",
    Concept.WHO: """who am i; whoami; (which|what) (customer|company|account|name|user) _
        (signed|logged|linked|registered|connected|enrolled) (in|under|as|to|up)?; (which|what|whose)
        (company|companies|account|customer)
        (am|are|is|do|does|we|i| this); (am|are) (i|we) (linked|connected|logged|signed|registered)
        (in|to|as|with)?; logged in as; (which|what) (company|account) _ (linked|connected|logged);
        (what|which) (data|info|information|details) _ (on|about|of|for) (me|us); what
        (rights|access|permissions) (do|have); my (role|rights|permissions|access); (what|whats|which)
        (is|are)? (my|our) (account|company|companies);
        (which|what) (company|companies|account|customer|customer number|account number)
        (do|have|did|has|is|am|are)? (you|u|i|we) (got|have|see|think|know|show|put)?
        (me|us|i|we|under|down|in|with|as);
        (which|what) (customer|account) (number|no|id) (am|are|is|do) (i|we|my|our)""",
    Concept.HELP: """what (else)? (do|does) (you|u|this|it) (else)? do;
        who (is)? (this|dis);
        what _ can (you|i|we) (do|ask|say|type|help|get|answer); how can (you|u) help; what
        (questions|things|stuff) _ (you|i) (answer|ask|do|handle); what do you do; how (do|does|can|should)
        (this|it|you|i| we) (work|use|do this|use this|use you|use it|start|talk); how to use; need
        help; help me; help please; (what|which|show|list) (are|the|your|is)? (the|your)?
        (commands|options|features); who are you; what are you; are you (a)? (bot|robot|human|
        person|machine|real); instructions; (talk|speak) to
        (a|an|someone|somebody|the)? (person|human|agent|operator| representative|someone|somebody)?;
        show help""",
    Concept.THANKS_FOR: "(thanks|thank you|thx|ty|cheers) (a lot|so much|very much)? for",
    Concept.THANKS: """(thats|this is)? (exactly|just|all)? what i (needed|wanted);
        thanks; thank (you|u); thx; ty; tysm; tks; cheers; much appreciated; appreciate*;
        good job; well done; thats all; that is all; all i needed; that helps; that
        (helped|answers|answered|solves|solved|settles|sorts|sorted|clears|explains|covers|does|did)
        (it|that|this|everything|my|the|all)? (question|issue|up)?; very helpful; you rock; nice one""",
    Concept.OPEN: """(not|isnt|arent) (yet)? (here|arrived|in|with us|with me);
        open; still open; pending; outstanding; unfulfilled; undelivered;
        (not|havent|hasnt|have not|has not|didnt|yet to) (yet)? (been)?
        (delivered|arrived|received|come|arrive| fulfilled); in progress; in process; incomplete;
        active; ongoing; on order; awaiting; waiting (for|on); still (waiting|missing|coming|to
        come|due|owe|expecting|outstanding|pending); in the pipeline; to be delivered; unfinished; owed
        to us; due to us""",
    Concept.LATE: """late; delayed; overdue; past due; behind (schedule)?; running late; slipped;
        delays; delay; missed _ date; should have (arrived|been|shipped); lateness""",
    Concept.BACKORDERED: """back order; back orders; backorder; (lack|shortage) of
        (stock|material|materials|parts);
        stock (shortage|shortages|out|outs); no stock; (stock|material) missing; backorders; backordered;
        back ordered;
        out of stock; (waiting|awaiting|wait) (for|on)? (stock|inventory|material|availability)""",
    Concept.INVOICED: """(did|have|has|what|which|that) (you|they) (have)? (invoice|bill|invoiced|billed);
        (what|which|that)
        (was|were|got|has been|have been) (invoiced|billed);
        (been|are|were|already|fully|is|get|got) (invoiced|billed); invoiced orders;
        billed orders; orders (invoiced|billed); with (an|the)? invoice; with invoices;
        (have|having|has) an invoice""",
    Concept.NOT_INVOICED: """(not|havent|hasnt|arent|isnt|yet to|have not|has not|never|still to)
        (yet|been|be| yet been|been yet)? (invoiced|billed); uninvoiced; unbilled; without (an|any|the)?
        (invoice|invoices); no invoice; (have|has) no invoice; missing (an)? invoice; to be invoiced; un
        invoiced""",
    Concept.UNPAID: """(behind|late|short) (on|with|in) (payment|payments|paying|invoices|bills); in
        arrears; arrears;
        unpaid; not paid; (not|arent|isnt|havent|hasnt) (yet|been)? (paid|settled); open
        (invoices| invoice|items|balance|bills); outstanding (invoices|invoice|balance|payments|bills);
        (we|i) owe; owe (you|u|them) _ (how much|guys)?; how much _ (owe|owing|owed);
        (havent|have not|not) (been)? (paid|settled|cleared) (yet)?; (fall|falls|falling|come|comes) due;
        due for payment; owing; (invoices?|bills?) (that|which)? (is|are|remains?|stays?)?
        (still|currently|yet)? (to be)?
        (open|outstanding|pending|unsettled|paid|settled); still to pay; to pay; payable;
        account balance; (my|our) balance;
        balance (on|of) (my|our|the) account;
        (invoices|bills) to be paid; unsettled; left to (pay|settle); (waiting|open|still) (to|for)
        (settle|settlement|
        pay); pending (invoices|payments); (awaiting|waiting for|waiting
        on|pending) payment""",
    Concept.ON_HOLD: """on hold; on credit hold; (stuck|stopped|waiting|pending|parked|frozen|stalled|hung up)
        (because of|due to|on|for|by|in|over|at|with|behind) (our|the|my|a)?
        (credit|finance|payment|compliance|
        customs|approval|block)*; blocked; held; held up; credit hold; stopped; on stop;
        (on hold|blocked|held|held up|stopped) (for|due to|because of|over|by)
        (non|lack of|missing|late|the|our)?
        (payment|credit|credit limit|approval|documents)?; (credit|payment) (block|blocks|hold|holds|stop)""",
    Concept.DONE_BY: """(that|which|orders|what) _
        (placed|ordered|bought|made|raised|submitted|entered|requested|keyed|put (in|through));
        (did|has|have) _
        (order|ordered|buy|bought|place|placed|make|made|raise|raised|submit|submitted|request|requested)""",
    Concept.OVERDUE: """(overdue|past due|late|expired)
        (invoices|invoice|bills|bill|payments|payment|boletos);
        (invoices|invoice|bills|payments|boletos|which|are|is) (that|which|is|are|have)? (are|is|gone)?
        (overdue| past due|expired|past their due date)""",
    Concept.CANCELLED: "cancelled; canceled; cancellations",
    Concept.RETURNED: "returned; returns; sent back",
    Concept.DELIVERED: """(been|were|was|already|are|get|got) delivered; delivered
        (orders|last|this|in|on|since| between|from|today|yesterday|to); orders delivered;
        (arrived|received) (last|this|in|on|since|between| today|yesterday); what (arrived|was
        delivered|got here|came in|turned up|landed)""",
    Concept.SHIPPED: """(did|have) (you|they) (ship|shipped|dispatch|despatch|dispatched|despatched);
        (been|were|was|already|got|orders|what|you|have|has)
        (shipped|dispatched|despatched|sent out); (shipped|dispatched|despatched)
        (orders|last|this|in|on|since|between|from|today|yesterday|so far);
        (went|gone|going|go|sent|shipped) out; left _ warehouse; which _ left;
        (shipments|dispatches) (last|this|in|on|since|from|today|yesterday)""",
    Concept.UNSHIPPED: """unshipped; undispatched; (not|havent|hasnt|have not|has
        not|didnt|arent|isnt|yet to) (yet|been|be|yet been|been yet)?
        (shipped|ship|dispatched|despatched|left|gone out|sent out); still to ship; waiting to ship""",
    Concept.UNDER_WAY: """en route; inbound; headed (our|this|my) way; coming (our|my) way; on route;
        being (delivered|transported);
        in transit; on (the|its|their) way; under way; underway; on the road; out
    for delivery
        in transit; on (the|its|their) way; under way; underway; on the road; out for delivery""",
    Concept.PARTLY: """(partly|partially|partial|part|half)
        (shipped|delivered|dispatched|despatched|sent|
        fulfilled|shipments|shipment|deliveries|delivery); split (shipments|deliveries); incomplete
        deliveries""",
    Concept.AWAITING_APPROVAL: """(awaiting|waiting|pending|waiting for|waiting on|needs|need|for|under)
        (your|our|my|an|the)?
        (approval| authorisation|authorization|release|review); to be approved; unapproved; (not|havent
        been|hasnt been|arent) (yet|been)? approved""",
    Concept.CONFIRMED: "confirmed orders; orders confirmed; (been|are|were|already) confirmed",
    Concept.IN_PREPARATION: """in preparation; being
        (prepared|picked|packed|processed|assembled|made|manufactured);
        (currently|still) (picking|packing); picking; in
        (picking|packing|production|manufacturing|process of being); preparing""",
    Concept.COMPLETED: "completed; finished; closed; complete orders; fulfilled orders",
    Concept.WHEN_SHIPPED: """ship; ships; shipped; dispatch*; despatch*; leave; leaves; left;
        (goes|going|go) out; on its way; sent; out the door; on the truck""",
    Concept.WHEN_DELIVERED: """deliver; delivered; delivers; delivery; arrive; arrives; arrived; lands;
    here; gets here
        deliver; delivered; delivers; delivery; arrive; arrives; arrived; lands; here; gets here""",
    Concept.WHEN_LATE: "late; delay; delayed; delays; slip; slips; slides; overdue; behind",
    Concept.WHEN_INVOICED: "invoice; invoiced; invoices; billed; bill; invoicing",
    Concept.WHEN_DOCUMENT: """document; documents; docs; paperwork; file; files; pod; certificate;
        certificates; coa; cert;
        xml; pdf; proof of delivery; packing list; packing slip; delivery note""",
    Concept.BY_ME: """(i|ive) (have)? (placed|made|ordered|bought|put in|raised|sent|did); by
    me; my own orders
        (i|ive) (have)? (placed|made|ordered|bought|put in|raised|sent|did); by me; my own orders""",
    Concept.BY: """(placed|made|ordered|raised|created|entered|bought|done|requested|submitted)
    by; by; from buyer
        (placed|made|ordered|raised|created|entered|bought|done|requested|submitted) by; by; from buyer""",
    Concept.CONTAINING: """with; containing; contain; contains; including; include; includes; that
        (have|include|contain|has); having;
        which have; has; of; for (the)? (product|item|article|part|material); for""",
    Concept.TOWARDS: """(to|for|at|in|into|towards) (the|our)?;
        (delivered|delivering|delivery|deliveries|going|
        shipped|shipping|shipments|sent|bound|destined|deliver|ship) (to|in|at|for) (the|our)?""",
    Concept.SITE: """warehouse; plant; factory; branch; site; store; depot; dc; office; address;
        location; hub; facility; distribution center; distribution centre; city; town; yard; shop""",
    Concept.SKU: """sku; skus; item; items; part; parts; part (number|no|nr); product; products; item
        (number|no| code); product code; article; material; code; reference; ref; p n; pn; ean; gtin;
        model""",
}
