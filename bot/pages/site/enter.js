// Takes the session a link has opened to the orders' page; nothing of it stays in the address or on disk.

sessionStorage.setItem("session", document.querySelector("meta[name=session]").content);
location.replace("/app/");
