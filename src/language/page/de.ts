import type { PageWords } from "../saying.ts";

/** The sentences of the signing page in German. */
export const de: PageWords = {
  "language.label": "Sprache",

  "opening.loading": "Ihr Dokument wird geöffnet …",
  "opening.noAnswer": "Der Server ist nicht erreichbar. Neuer Versuch …",

  "refused.heading": "Dieses Dokument kann nicht geöffnet werden",
  "refused.tryAgain": "Erneut versuchen",
  "refused.close": "Schließen",
  "refused.badLink": "Dieser Link funktioniert nicht. Bitte bitten Sie den Absender um einen neuen.",
  "refused.notEmbedded":
    "Dieser Link funktioniert nur in der Anwendung, die ihn erstellt hat. Bitte öffnen Sie das Dokument dort.",
  "refused.noParent":
    "Die Anwendung, die diese Seite zeigt, hat nicht gesagt, wer sie ist (parent_url fehlt oder ist keine Webadresse).",
  "refused.hostSilent":
    "Die Anwendung, die diese Seite zeigt, hat sich nicht innerhalb von 10 Sekunden ausgewiesen. Bitte schließen Sie dieses Fenster und versuchen Sie es noch einmal.",
  "refused.foreignHost":
    "Dieses Dokument kann auf {host} nicht gezeigt werden: Die Adresse gehört nicht zu den Domains der Anwendung, die um Ihre Unterschrift gebeten hat.",
  "refused.unreachable":
    "Der Server ist nicht erreichbar. Bitte prüfen Sie Ihre Verbindung und versuchen Sie es dann erneut.",

  "refusal.sign_url_invalid":
    "Dieser Link ist nicht mehr gültig. Vielleicht wurde er schon an anderer Stelle geöffnet. Bitte bitten Sie den Absender um einen neuen.",
  "refusal.sign_url_expired":
    "Dieser Link ist abgelaufen. Bitte gehen Sie zurück und öffnen Sie das Dokument noch einmal.",
  "refusal.domain_not_allowed": "Diese Seite kann nur auf den Websites der Anwendung des Absenders gezeigt werden.",
  "refusal.client_id_mismatch": "Dieses Dokument gehört zu einer anderen Anwendung als der, die es zeigen wollte.",
  "refusal.not_embedded": "Dieses Dokument kann nur auf der Website des Absenders unterzeichnet werden.",
  "refusal.request_canceled": "Der Absender hat dieses Dokument zurückgezogen. Es ist nichts mehr zu tun.",
  "refusal.request_expired":
    "Die Zeit zum Unterzeichnen ist abgelaufen. Bitte bitten Sie den Absender um ein neues Dokument.",
  "refusal.request_declined": "Dieses Dokument wurde abgelehnt und kann nicht mehr unterzeichnet werden.",
  "refusal.request_destroyed":
    "Dieses Dokument wird hier nicht mehr aufbewahrt: Seine Daten wurden vernichtet. Wenn Sie eine Kopie brauchen, wenden Sie sich bitte an den Absender.",
  "refusal.not_your_turn": "Zuerst muss jemand anderes unterzeichnen. Sie erfahren, wenn Sie an der Reihe sind.",
  "refusal.invalid_answer": "Einige Felder brauchen noch einen Blick.",
  "refusal.code_needed": "Dieses Dokument ist geschützt. Bitte öffnen Sie es noch einmal und geben Sie den Code ein.",
  "refusal.code_locked":
    "Zu viele falsche Codes. Diese Seite ist gesperrt: Versuchen Sie es in {minutes, plural, one {einer Minute} other {# Minuten}} erneut, oder bitten Sie den Absender um den richtigen Code.",
  "refusal.wrong_code":
    "Das ist nicht der Code. {left, plural, one {Noch ein Versuch} other {Noch # Versuche}}, dann ist diese Seite eine Weile gesperrt.",
  "refusal.already_signed": "Sie haben dieses Dokument bereits unterzeichnet.",
  "refusal.unavailable":
    "Dieses Dokument kann gerade nicht unterzeichnet werden. Bitte versuchen Sie es gleich noch einmal.",

  "gate.heading": "Dieses Dokument ist geschützt",
  "gate.pin": "Der Absender hat Ihnen dafür einen Zugangscode gegeben.",
  "gate.sms": "Wir haben einen Code an Ihre Telefonnummer mit der Endung {phone} geschickt.",
  "gate.pinLabel": "Zugangscode",
  "gate.smsLabel": "Code aus der SMS",
  "gate.missing": "Geben Sie zuerst den Code ein.",
  "gate.go": "Weiter",
  "gate.checking": "Wird geprüft …",
  "gate.again": "Neuen Code senden",
  "gate.sent": "Ein neuer Code ist unterwegs.",
  "gate.tooSoon":
    "Gerade wurde ein Code geschickt. Bitte warten Sie eine halbe Minute, bevor Sie einen neuen anfordern.",
  "gate.tooMany":
    "Es wurden zu viele Codes geschickt. Versuchen Sie es in einer Stunde noch einmal, oder wenden Sie sich an den Absender.",

  "bar.label": "Unterzeichnen",
  "bar.start": "Beginnen",
  "bar.next": "Nächstes Feld",
  "bar.finish": "Abschließen",
  "bar.decline": "Ablehnen",
  "bar.reassign": "An jemand anderen übergeben",
  "bar.print": "Drucken",
  "bar.cancel": "Abbrechen",
  "bar.changeSignature": "Unterschrift ändern",
  "bar.nothing": "Es ist nichts auszufüllen",
  "bar.done": "Alle Pflichtfelder sind ausgefüllt",
  "bar.left": "Noch {left} von {all, plural, one {# Pflichtfeld} other {# Pflichtfeldern}}",
  "bar.stillNeeded": "{name}, Seite {page}: {flaw}",
  "bar.readyToFinish": "Alles ist ausgefüllt. Sie können abschließen.",
  "bar.saveTrouble":
    "Der Server ist nicht erreichbar. Ihre Angaben bleiben hier und werden gespeichert, sobald er wieder da ist.",
  "bar.saveBack": "Ihre Angaben sind gespeichert.",

  "document.label": "Dokument",
  "document.from": "Von {requester}",
  "document.message": "Nachricht von {requester}",
  "document.page": "Seite {page} von {all}",
  "document.testMode": "Testmodus: Dieses Dokument ist rechtlich nicht bindend.",

  "form.label": "Formular",
  "form.required": "Pflichtfeld",
  "form.optional": "Freiwillig",
  "form.read": "Dokument lesen",
  "form.asForm": "Als Formular",
  "form.asDocument": "Als Dokument",

  "sheet.label": "Aktuelles Feld",
  "sheet.back": "Vorheriges Feld",
  "sheet.close": "Dokument zeigen",

  "field.signHere": "Hier unterschreiben",
  "field.initialHere": "Hier Kürzel setzen",
  "field.blank": "{action}: {name}",
  "field.signed": "{action}: {name}, unterschrieben mit {value}",
  "field.choose": "Auswählen …",

  "kind.signature": "Unterschrift",
  "kind.initials": "Kürzel",
  "kind.date_signed": "Datum der Unterschrift",
  "kind.text": "Textfeld",
  "kind.checkbox": "Kontrollkästchen",
  "kind.radio": "Auswahl",
  "kind.dropdown": "Auswahl",
  "kind.hyperlink": "Verweis",

  "flaw.signature": "Hier fehlt Ihre Unterschrift.",
  "flaw.initials": "Hier fehlt Ihr Kürzel.",
  "flaw.chooseOne": "Wählen Sie eines aus.",
  "flaw.answer": "Dieses Feld braucht eine Angabe.",
  "flaw.text": "In dieses Feld gehört Text.",
  "flaw.tick": "Kreuzen Sie dieses Kästchen an, um fortzufahren.",
  "flaw.tickOnly": "Dieses Feld ist entweder angekreuzt oder nicht.",
  "flaw.option": "Wählen Sie eine der Möglichkeiten.",
  "flaw.onlyOne": "Wählen Sie nur eines aus.",
  "flaw.exactly": "Wählen Sie {count, plural, one {eines} other {#}} aus.",
  "flaw.atMost": "Wählen Sie höchstens {count, plural, one {eines} other {#}} aus.",
  "flaw.atLeast": "Wählen Sie mindestens {count, plural, one {eines} other {#}} aus.",
  "flaw.between": "Wählen Sie {least} bis {most} aus.",
  "flaw.tooLong": "Höchstens {most, plural, one {# Zeichen} other {# Zeichen}}.",
  "flaw.numbers_only": "Geben Sie eine Zahl ein, zum Beispiel 12 oder -3,5.",
  "flaw.letters_only": "Verwenden Sie nur Buchstaben.",
  "flaw.phone_number": "Geben Sie eine Telefonnummer mit 10 oder 11 Ziffern ein.",
  "flaw.bank_routing_number": "Geben Sie eine Bankleitzahl (Routing Number) mit 9 Ziffern ein.",
  "flaw.bank_account_number": "Geben Sie eine Kontonummer mit mindestens 6 Ziffern ein.",
  "flaw.email_address": "Geben Sie eine E-Mail-Adresse ein, zum Beispiel name@example.com.",
  "flaw.zip_code": "Geben Sie eine US-Postleitzahl mit 5 oder 9 Ziffern ein.",
  "flaw.social_security_number": "Geben Sie eine US-Sozialversicherungsnummer mit 9 Ziffern ein.",
  "flaw.employer_identification_number": "Geben Sie eine US-Arbeitgebernummer mit 9 Ziffern ein.",
  "flaw.format": "Verwenden Sie dieses Format: {format}",
  "flaw.noFormat": "Das hat nicht das erwartete Format.",
  "flaw.uncheckable": "Das konnte nicht mit der verlangten Form verglichen werden. Bitte fragen Sie den Absender.",
  "flaw.notYours": "Dieses Feld füllt jemand anderes aus.",
  "flaw.undrawable": "Das Dokument kann das Zeichen {character} nicht darstellen. Bitte schreiben Sie es anders.",

  "signature.heading": "Ihre Unterschrift",
  "signature.tabs": "Arten zu unterschreiben",
  "signature.type": "Tippen",
  "signature.fullName": "Vollständiger Name",
  "signature.initials": "Kürzel",
  "signature.nameNeeded": "Geben Sie zuerst Ihren Namen ein.",
  "signature.initialsNeeded": "Geben Sie zuerst Ihr Kürzel ein.",
  "signature.insert": "Einsetzen",
  "signature.clear": "Feld leeren",
  "signature.back": "Zurück",
  "signature.draw": "Zeichnen",
  "signature.upload": "Hochladen",
  "signature.style": "Handschrift",
  "signature.styleOf": "Handschrift {number}",
  "signature.pad": "Zeichenfläche für Ihre Unterschrift",
  "signature.initialsPad": "Zeichenfläche für Ihr Kürzel",
  "signature.drawHere": "Zeichnen Sie mit Finger, Stift oder Maus",
  "signature.drawNeeded": "Zeichnen Sie zuerst Ihre Unterschrift, oder tippen Sie sie.",
  "signature.typeInstead": "Getippt gilt Ihr Name genauso viel.",
  "signature.usePhone": "Telefon verwenden",
  "signature.scan":
    "Richten Sie die Kamera Ihres Telefons auf diesen Code und zeichnen Sie dort. Wir warten auf Ihr Telefon …",
  "signature.scanLabel": "Code, der Ihr Telefon zu {address} führt",
  "signature.phoneHeading": "Zeichnen Sie Ihre Unterschrift",
  "signature.phoneSend": "Senden",
  "signature.phoneSent": "Ihre Unterschrift ist auf dem anderen Bildschirm",
  "signature.phoneSentMore": "Sie können das Telefon weglegen und dort weitermachen.",
  "signature.phoneDead":
    "Dieser Code ist verbraucht oder zu alt. Fordern Sie auf dem anderen Bildschirm einen neuen an.",
  "signature.undo": "Rückgängig",
  "signature.wipe": "Löschen",
  "signature.choosePicture": "Bild auswählen",
  "signature.chooseInitials": "Bild Ihres Kürzels auswählen",
  "signature.pictureHint": "Ein Foto Ihrer Unterschrift auf weißem Papier eignet sich gut: Das Papier wird entfernt.",
  "signature.pictureNeeded": "Wählen Sie zuerst ein Bild aus.",
  "signature.noPicture":
    "Diese Datei ist kein Bild, das hier gezeigt werden kann. Wählen Sie eine PNG- oder JPEG-Datei.",
  "signature.noInk": "In diesem Bild wurde keine Schrift gefunden. Verwenden Sie dunkle Tinte auf hellem Papier.",
  "signature.reading": "Das Bild wird gelesen …",
  "signature.preview": "Ihre Unterschrift, wie sie stehen wird",
  "signature.unusable": "Diese Unterschrift kann nicht verwendet werden. Bitte erstellen Sie sie noch einmal.",

  "agree.heading": "Zustimmen und unterzeichnen",
  "agree.consent": "Dem stimmen Sie zu",
  "agree.agree": "Ich stimme zu",
  "agree.sending": "Wird unterzeichnet …",
  "agree.back": "Zurück",

  "consent.full":
    "Mit „Ich stimme zu“ unterzeichnen Sie dieses Dokument elektronisch, und Sie sind einverstanden, dieses Geschäft elektronisch abzuwickeln.\n\nIhre elektronische Unterschrift soll dieselbe Wirkung haben wie Ihre Unterschrift auf Papier: in den Vereinigten Staaten nach dem ESIGN Act und dem Uniform Electronic Transactions Act, in der Europäischen Union als elektronische Signatur nach der eIDAS-Verordnung. Manche Dokumente brauchen von Gesetzes wegen eine andere Form; wenn Sie unsicher sind, fragen Sie, bevor Sie unterzeichnen.\n\nSie müssen nicht elektronisch unterzeichnen. Sie können diese Seite schließen oder ablehnen und den Absender bitten, auf Papier zu unterzeichnen oder Ihnen eine Papierfassung zu schicken. Bis Sie „Ich stimme zu“ wählen, können Sie es sich anders überlegen; danach wenden Sie sich an den Absender.\n\nMit Ihrer Unterschrift aufgezeichnet und im Prüfprotokoll des Dokuments genannt werden: Ihr Name und Ihre E-Mail-Adresse, Datum und Uhrzeit, Ihre IP-Adresse, Ihr Browser und die Version dieses Textes.\n\nUm das Dokument zu lesen und aufzubewahren, brauchen Sie einen Browser und ein Programm, das PDF-Dateien anzeigt. Alle, die unterzeichnen, können das fertige Dokument erhalten; bewahren Sie Ihre Kopie auf.",
  "consent.test":
    "Mit „Ich stimme zu“ probieren Sie aus, wie dieses Dokument unterzeichnet wird. Dies ist ein Test: Er bindet niemanden.\n\nAufgezeichnet werden, wie bei einer echten Unterschrift: Ihr Name und Ihre E-Mail-Adresse, Datum und Uhrzeit, Ihre IP-Adresse, Ihr Browser und die Version dieses Textes.",

  "decline.heading": "Unterzeichnen ablehnen",
  "decline.explain":
    "{requester} erfährt davon, mit Ihrem Grund. Danach kann das Dokument nicht mehr unterzeichnet werden.",
  "decline.reason": "Grund",
  "decline.reasonNeeded": "Sagen Sie, warum Sie ablehnen.",
  "decline.submit": "Unterzeichnen ablehnen",
  "decline.sending": "Wird abgelehnt …",
  "decline.back": "Zurück",

  "reassign.heading": "An jemand anderen übergeben",
  "reassign.explain":
    "Die andere Person wird gebeten, an Ihrer Stelle zu unterzeichnen, und {requester} erfährt davon. Sie selbst können dann nicht mehr unterzeichnen.",
  "reassign.name": "Name der Person",
  "reassign.email": "E-Mail-Adresse",
  "reassign.reason": "Grund (wenn Sie einen nennen möchten)",
  "reassign.nameNeeded": "Geben Sie den Namen der Person ein, die unterzeichnen soll.",
  "reassign.emailNeeded": "Geben Sie die E-Mail-Adresse der Person ein.",
  "reassign.emailWrong": "Geben Sie eine E-Mail-Adresse ein, zum Beispiel ann@example.com.",
  "reassign.known": "Diese Person ist bereits um ihre Unterschrift gebeten.",
  "reassign.submit": "Übergeben",
  "reassign.sending": "Wird übergeben …",
  "reassign.back": "Zurück",

  "trouble.tryingAgain": "Der Server ist nicht erreichbar. Neuer Versuch …",
  "trouble.notTaken":
    "Der Server hat das nicht angenommen. Bitte prüfen Sie Ihre Angaben und versuchen Sie es noch einmal.",
  "trouble.gaveUp":
    "Der Server ist nicht erreichbar. Es ist nichts verloren: Prüfen Sie Ihre Verbindung und versuchen Sie es erneut.",

  "over.signed": "Sie haben unterzeichnet",
  "over.signedMore.embedded": "Vielen Dank. Ihre Unterschrift ist gespeichert.",
  "over.signedMore.mail": "Vielen Dank. Die endgültige Fassung kommt per E-Mail, sobald alle unterzeichnet haben.",
  "over.reassigned": "Sie haben dieses Dokument übergeben",
  "over.reassignedMore": "Die andere Person wird um ihre Unterschrift gebeten. Sie müssen nichts weiter tun.",
  "over.declined": "Sie haben abgelehnt",
  "over.declinedMore": "Der Absender erfährt davon. Sie müssen nichts weiter tun.",
  "over.leaving": "Sie werden zurückgeleitet …",
  "over.copy": "Kopie herunterladen",
  "over.copyComing": "Ihre Kopie wird vorbereitet …",
  "over.copyMissing": "Ihre Kopie kann gerade nicht geholt werden. Bitte versuchen Sie es gleich noch einmal.",
  "over.close": "Schließen",
  "over.closed": "Sie können dieses Fenster jetzt schließen.",
};
