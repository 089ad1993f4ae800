// The page's own words, in the languages of the people who look at it. Any other language reads English.

const WORDS = {
  en: {
    people: "Who is writing",
    conversation: "Conversation",
    rehearsal: "A rehearsal on this machine: nothing here reaches Telegram.",
    nobody: "Nobody is here yet.",
    bot: "bot",
    lost: "Connection lost. Trying again…",
    block: "Block",
    unblock: "Unblock",
    about: "What can this bot do?",
    start: "Start",
    restart: "Unblock and start again",
    menu: "Menu",
    commands: "Commands",
    write: "Write a message",
    send: "Send",
    more: "Send something else",
    close: "Close",
    edited: "edited",
    silent: "without sound",
    download: "Download",
    reveal: "Show hidden text",
    results: "What the bot offers",
    noResults: "The bot has nothing for these words.",
    via: "through the bot",
    copied: "Copied",
    unread: "The message could not be sent.",
    yourTime: "Your time: ",
    deleted: "This message is no longer there.",
    kinds: {
      photo: "Photo", sticker: "Sticker", voice: "Voice message", video: "Video",
      document: "Document", location: "Location", contact: "Contact",
    },
  },
  ar: {
    people: "من يكتب",
    conversation: "المحادثة",
    rehearsal: "هذه تجربة على هذا الجهاز: لا شيء منها يصل إلى تيليجرام.",
    nobody: "لا أحد هنا بعد.",
    bot: "بوت",
    lost: "انقطع الاتصال. نحاول من جديد…",
    block: "حظر",
    unblock: "إلغاء الحظر",
    about: "ماذا يستطيع هذا البوت أن يفعل؟",
    start: "ابدأ",
    restart: "إلغاء الحظر والبدء من جديد",
    menu: "القائمة",
    commands: "الأوامر",
    write: "اكتب رسالة",
    send: "إرسال",
    more: "إرسال شيء آخر",
    close: "إغلاق",
    edited: "معدَّلة",
    silent: "بلا صوت",
    download: "تنزيل",
    reveal: "إظهار النص المخفي",
    results: "ما يعرضه البوت",
    noResults: "ليس لدى البوت شيء لهذه الكلمات.",
    via: "عبر البوت",
    copied: "تم النسخ",
    unread: "تعذّر إرسال الرسالة.",
    yourTime: "بتوقيتك: ",
    deleted: "لم تعد هذه الرسالة موجودة.",
    kinds: {
      photo: "صورة", sticker: "ملصق", voice: "رسالة صوتية", video: "فيديو",
      document: "مستند", location: "موقع", contact: "جهة اتصال",
    },
  },
  ur: {
    people: "کون لکھ رہا ہے",
    conversation: "گفتگو",
    rehearsal: "یہ اسی کمپیوٹر پر ایک مشق ہے: یہاں سے کچھ بھی ٹیلی گرام تک نہیں جاتا۔",
    nobody: "ابھی یہاں کوئی نہیں ہے۔",
    bot: "بوٹ",
    lost: "رابطہ ٹوٹ گیا۔ دوبارہ کوشش ہو رہی ہے…",
    block: "بلاک کریں",
    unblock: "بلاک ہٹائیں",
    about: "یہ بوٹ کیا کر سکتا ہے؟",
    start: "شروع کریں",
    restart: "بلاک ہٹا کر دوبارہ شروع کریں",
    menu: "مینو",
    commands: "کمانڈز",
    write: "پیغام لکھیں",
    send: "بھیجیں",
    more: "کچھ اور بھیجیں",
    close: "بند کریں",
    edited: "ترمیم شدہ",
    silent: "آواز کے بغیر",
    download: "ڈاؤن لوڈ کریں",
    reveal: "چھپا ہوا متن دکھائیں",
    results: "بوٹ کی طرف سے تجاویز",
    noResults: "ان الفاظ کے لیے بوٹ کے پاس کچھ نہیں ہے۔",
    via: "بوٹ کے ذریعے",
    copied: "کاپی ہو گیا",
    unread: "پیغام نہیں بھیجا جا سکا۔",
    yourTime: "آپ کے وقت کے مطابق: ",
    deleted: "یہ پیغام اب موجود نہیں ہے۔",
    kinds: {
      photo: "تصویر", sticker: "اسٹیکر", voice: "صوتی پیغام", video: "ویڈیو",
      document: "دستاویز", location: "مقام", contact: "رابطہ",
    },
  },
};

const RIGHT_TO_LEFT = new Set(["ar", "ur"]);

export const languageOf = (code) => {
  const language = (code || "en").split("-")[0].toLowerCase();
  return language in WORDS ? language : "en";
};
export const wordsIn = (language) => WORDS[language];
export const directionOf = (language) => (RIGHT_TO_LEFT.has(language) ? "rtl" : "ltr");

export const languageName = (code) => {
  const name = new Intl.DisplayNames([code || "en"], { type: "language" }).of(code || "en");
  return name.charAt(0).toUpperCase() + name.slice(1);
};

// Latin digits everywhere, as the bot writes them by default.
const inLatinDigits = (language) => `${language === "en" ? "en-GB" : language}-u-nu-latn`;
export const clockTime = (seconds, language) =>
  new Intl.DateTimeFormat(inLatinDigits(language), { hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
    .format(seconds * 1000);
export const dayOf = (seconds, language) =>
  new Intl.DateTimeFormat(inLatinDigits(language), { weekday: "long", day: "numeric", month: "long", calendar: "gregory" })
    .format(seconds * 1000);
export const fullTime = (seconds, language) =>
  new Intl.DateTimeFormat(inLatinDigits(language), { dateStyle: "full", timeStyle: "short", hourCycle: "h23", calendar: "gregory" })
    .format(seconds * 1000);
