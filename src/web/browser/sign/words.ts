/**
 * Every sentence of the signing page, in English. A translation is a second value of the same shape.
 * The names that tests and screen readers rely on ("Start", "Sign here", …) are part of the product: change them nowhere else.
 */
export const words = {
  opening: {
    loading: "Opening your document…",
    noAnswer: "We cannot reach the server. Trying again…",
  },

  refused: {
    heading: "This document cannot be opened",
    tryAgain: "Try again",
    badLink: "This link does not work. Please ask the sender for a new one.",
    close: "Close",
    notEmbedded: "This link works only inside the application that made it. Please open the document there.",
    noParent:
      "The application that shows this page did not say who it is (parent_url is missing or is not a web address).",
    oldLibrary: "The application that shows this page uses version 1 of hellosign-embedded. Version 2 is needed.",
    hostSilent:
      "The application that shows this page did not prove who it is within 10 seconds. Please close this window and try again.",
    foreignHost: (host: string) =>
      `This document cannot be shown on ${host}: that address is not among the domains of the application that asked for your signature.`,
    unreachable: "The server cannot be reached. Check your connection, then try again.",
  },

  gate: {
    heading: "This document is protected",
    pin: "The sender has given you an access code for it.",
    sms: (phone: string) => `We have sent a code to your telephone number that ends with ${phone}.`,
    pinLabel: "Access code",
    smsLabel: "Code from the text message",
    missing: "Enter the code first.",
    go: "Continue",
    checking: "Checking…",
    again: "Send another code",
    sent: "Another code is on its way.",
  },

  bar: {
    label: "Signing",
    start: "Start",
    next: "Next field",
    finish: "Finish",
    decline: "Decline",
    reassign: "Assign to someone else",
    cancel: "Cancel",
    changeSignature: "Change signature",
    left: (left: number, all: number) =>
      all === 0
        ? "Nothing is required"
        : left === 0
          ? "All required fields are filled"
          : `${left} of ${all} required ${all === 1 ? "field" : "fields"} left`,
    stillNeeded: (name: string, page: number, flaw: string) => `${name}, page ${page}: ${flaw}`,
    readyToFinish: "Everything is filled. You can finish.",
    saveTrouble: "We cannot reach the server. Your answers are kept here and saved as soon as it is back.",
    saveBack: "Your answers are saved.",
  },

  document: {
    label: "Document",
    from: (requester: string) => `From ${requester}`,
    message: (requester: string) => `Message from ${requester}`,
    page: (page: number, all: number) => `Page ${page} of ${all}`,
    testMode: "Test mode: this document is not legally binding.",
  },

  field: {
    signHere: "Sign here",
    initialHere: "Initial here",
    blank: (action: string, name: string) => `${action}: ${name}`,
    signed: (action: string, name: string, value: string) => `${action}: ${name}, signed as ${value}`,
    choose: "Choose…",
  },

  signature: {
    heading: "Your signature",
    tabs: "Ways to sign",
    type: "Type",
    fullName: "Full name",
    initials: "Initials",
    nameNeeded: "Type your name first.",
    initialsNeeded: "Type your initials first.",
    insert: "Insert",
    clear: "Clear this field",
    back: "Back",
  },

  agree: {
    heading: "Agree and sign",
    consent: "What you agree to",
    agree: "I agree",
    sending: "Signing…",
    back: "Back",
  },

  decline: {
    heading: "Decline to sign",
    explain: (requester: string) =>
      `${requester} will be told, with your reason. The document cannot be signed after that.`,
    reason: "Reason",
    reasonNeeded: "Say why you decline.",
    submit: "Decline to sign",
    sending: "Declining…",
    back: "Back",
  },

  reassign: {
    heading: "Assign to someone else",
    explain: (requester: string) =>
      `The other person is asked to sign in your place, and ${requester} is told. You cannot sign then.`,
    name: "Name",
    email: "E-mail",
    reason: "Reason (if you want to give one)",
    nameNeeded: "Write the name of the person who is to sign.",
    emailNeeded: "Write the person's e-mail address.",
    submit: "Assign",
    sending: "Assigning…",
    back: "Back",
  },

  trouble: {
    tryingAgain: "We cannot reach the server. Trying again…",
    notTaken: "The server did not accept this. Please check what you wrote and try again.",
    gaveUp: "The server cannot be reached. Nothing is lost: check your connection and try again.",
  },

  over: {
    signed: "You're done signing",
    signedMore: {
      embedded: "Thank you. Your signature is saved.",
      mail: "Thank you. The final copy comes by mail as soon as everyone has signed.",
    },
    reassigned: "You assigned this document to someone else",
    reassignedMore: "The other person is asked to sign. You need not do anything else.",
    declined: "You declined to sign",
    declinedMore: "The sender is told. You need not do anything else.",
    leaving: "Taking you back…",
    close: "Close",
    closed: "You can close this window now.",
  },
};
